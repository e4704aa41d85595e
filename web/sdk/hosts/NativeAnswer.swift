// What NativeFirstLayer.swift and FirstLaunch.swift share: the package as it was signed, and the answers that were
// tapped. It needs iOS 15. It makes no request, and asks the system nothing about the device.
import CryptoKit
import Foundation
import os
import Security

let site = "yunzhijia"
let language = "zh-CN" // of the first layer and of the page: one of the manifest's
let policy = "2023-11-23" // the oldest that may be shown
let key = Data(base64Encoded: "the 32 bytes that nod bundle printed, as base64")

private let log = Logger(subsystem: "nod", category: "first launch")

/// The package in the app, as it was signed.
final class SignedPackage {
    let folder = Bundle.main.bundleURL.appendingPathComponent("nod")
    private(set) var paths = Set<String>()

    func isWhole() -> Bool {
        do {
            try check()
            return true
        } catch {
            log.error("the package is not shown: \(String(describing: error), privacy: .public)")
            return false
        }
    }

    func readNative() throws -> NativeDocument { try NativeDocument(read("\(site)/\(language)/native.json")) }

    private func read(_ path: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(path)) }

    private func check() throws {
        let manifest = try read("manifest.json")
        let text = String(decoding: try read("manifest.sig"), as: UTF8.self)
        guard let key = key, let check = try? Curve25519.Signing.PublicKey(rawRepresentation: key),
              let signature = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)),
              check.isValidSignature(signature, for: manifest)
        else { throw Problem(text: "manifest.sig: it is no signature with this app's key") }
        let list = try JSONDecoder().decode(Manifest.self, from: manifest)
        guard list.site == site, list.platform == "ios", list.policy >= policy
        else { throw Problem(text: "it is of \(list.site) for \(list.platform), with the policy \(list.policy)") }
        for file in list.files {
            let hash = Data(SHA384.hash(data: try read(file.path))).base64EncodedString()
            guard file.integrity == "sha384-" + hash else { throw Problem(text: "\(file.path): it was changed") }
        }
        paths = Set(list.files.map(\.path))
    }

    struct Problem: Error { let text: String }
    struct Manifest: Decodable {
        let site, platform, policy: String
        let files: [File]
        struct File: Decodable { let path, integrity: String }
    }
}

/// native.json, and the content hash of what is drawn from it: of these very bytes.
struct NativeDocument: Decodable {
    let site, policy, language, direction, template, back, shown: String
    let holds: [String]
    let blocks: [Block]
    let buttons: [NativeButton]
    let basic: NativeScreen
    let pages: [String: NativeScreen]
    private(set) var presentation = ""

    private enum CodingKeys: String, CodingKey {
        case site, policy, language, direction, template, back, shown, holds, blocks, buttons, basic, pages
    }

    init(_ bytes: Data) throws {
        self = try JSONDecoder().decode(NativeDocument.self, from: bytes)
        var sha = SHA256()
        let before = [site, "native", language, policy].map { Data($0.utf8) }
        let after = shown.isEmpty ? [] : [Data(shown.utf8)]
        for field in before + [bytes, Data()] + after {
            withUnsafeBytes(of: UInt64(field.count).bigEndian) { sha.update(bufferPointer: $0) }
            sha.update(data: field)
        }
        presentation = base64url(Data(sha.finalize().prefix(16)))
    }

    /// Whether an answer to a version still stands.
    func holds(_ version: String) -> Bool { version == policy || holds.contains(version) }

    var first: NativeScreen { NativeScreen(blocks: blocks, buttons: buttons) }
}

struct NativeScreen: Decodable {
    let blocks: [Block]
    let buttons: [NativeButton]
}

struct NativeButton: Decodable { let `do`, text: String }

struct Block: Decodable {
    let t: String
    let text: [Run]?
    let level: Int?
    let mark, page: String?
    let blocks: [Block]?
    struct Run: Decodable {
        let s: String
        let strong: Bool?
        let lang: String?
    }
}

func base64url(_ data: Data) -> String {
    data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
}

/// The answers that were tapped, in a file that no backup takes to another device. The page makes decisions of them.
final class NativeAnswers {
    enum Next { case ask, page, basic }
    struct Answer: Codable {
        var v = 1, site = "", platform = "ios", id = "", agreed = false, policy = "", language = ""
        var template = "", presentation = "", at = "", seed = ""
    }
    private struct State: Codable {
        var v = 1, site = "", platform = "ios", policy = ""
        var agreed: Bool?
        var answers: [Answer] = []
    }

    static let shared = NativeAnswers()
    private var state = State()
    private let file = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        .appendingPathComponent("nod-first.json")

    private init() {
        guard let data = try? Data(contentsOf: file) else { return }
        if let read = try? JSONDecoder().decode(State.self, from: data), read.v == 1, read.site == site,
           read.platform == "ios" {
            state = read
        } else {
            log.error("nod-first.json is of another version, site or platform: the question is asked again")
        }
    }

    /// For window.nodFirst: what no decision was made of yet.
    var waitingJSON: String {
        (try? JSONEncoder().encode(state.answers)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    /// What a start shows. No clock counts: a refusal stands until its version changes, or the person asks for more.
    func next(_ document: NativeDocument) -> Next {
        guard let agreed = state.agreed else { return .ask }
        if agreed && state.answers.isEmpty { return .page } // which asks what newer versions changed
        return !document.holds(state.policy) ? .ask : agreed ? .page : .basic
    }

    /// Stores an answer, before anything else happens. Returns whether it is stored.
    func add(_ document: NativeDocument, agreed: Bool) -> Bool {
        var seed = [UInt8](repeating: 0, count: 64)
        guard SecRandomCopyBytes(kSecRandomDefault, seed.count, &seed) == errSecSuccess else { return false }
        var all = state.answers
        if all.last?.agreed != agreed || all.last?.policy != document.policy {
            all.append(Answer(
                site: site, id: UUID().uuidString.lowercased(), agreed: agreed, policy: document.policy,
                language: document.language, template: document.template, presentation: document.presentation,
                at: ISO8601DateFormatter().string(from: Date()), seed: base64url(Data(seed))
            ))
        }
        return write(agreed: agreed, policy: document.policy, answers: Array(all.suffix(10)))
    }

    /// Decisions were made of the answers up to this one.
    func drop(_ id: String) {
        guard let done = state.answers.firstIndex(where: { $0.id == id }) else { return }
        let rest = Array(state.answers.dropFirst(done + 1))
        _ = write(agreed: state.agreed ?? false, policy: state.policy, answers: rest)
    }

    /// The person decided on the page: after a no to everything, later starts need no page either.
    func note(_ action: String, policy: String) {
        guard ["accept_all", "reject_all", "withdraw"].contains(action) else { return }
        _ = write(agreed: action == "accept_all", policy: policy, answers: state.answers)
    }

    private func write(agreed: Bool, policy: String, answers: [Answer]) -> Bool {
        let next = State(site: site, policy: policy, agreed: agreed, answers: answers)
        do {
            let folder = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try JSONEncoder().encode(next).write(to: file, options: .atomic)
            var kept = file, values = URLResourceValues()
            values.isExcludedFromBackup = true
            try kept.setResourceValues(values)
            state = next
            return true
        } catch {
            log.error("an answer can't be stored: \(error.localizedDescription, privacy: .public)")
            return false
        }
    }
}
