// How an iOS app asks at its first launch: the package that "nod bundle --platform ios" wrote, in the app's folder nod,
// shown by a WKWebView under a scheme of the app's own. Copy it with NativeAnswer.swift, and put your own package, key
// and screens in. It needs iOS 15. Nothing else runs before finished(.goOn). Before a WKWebView exists,
// NativeFirstLayer asks: show this one after a yes.
import AVFoundation
import UIKit
import WebKit

private let scheme = "nod-app"
private let origin = "nod-app://yunzhijia" // in first_launch.origins of the site
private let page = URL(string: "nod-app://yunzhijia/yunzhijia/zh-CN/first-launch.html?platform=ios")!
private let server = "https://consent.example.com/"
final class FirstLaunch: UIViewController, WKScriptMessageHandler, WKNavigationDelegate {
    enum Outcome { case goOn, broken /* the package is not as it was signed, and nothing could be asked */ }
    var finished: (Outcome) -> Void = { _ in }

    /// What the page had the app keep, which no backup takes to another device.
    private let kept = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        .appendingPathComponent("nod.json")
    private let package = SignedPackage()
    private var web: WKWebView?
    private var decided = false

    override func viewDidLoad() {
        super.viewDidLoad()
        isModalInPresentation = true // no swipe takes the question away
        guard package.isWhole() else { return finished(.broken) }
        let files = Files(folder: package.folder, paths: package.paths)
        let configuration = WKWebViewConfiguration()
        configuration.websiteDataStore = .nonPersistent() // the app keeps what was chosen
        configuration.setURLSchemeHandler(files, forURLScheme: scheme)
        configuration.userContentController.add(self, name: "nod")
        give(configuration.userContentController)
        let web = WKWebView(frame: view.bounds, configuration: configuration)
        self.web = web
        web.autoresizingMask = [.flexibleWidth, .flexibleHeight]
        web.navigationDelegate = self
        view.addSubview(web)
        web.load(URLRequest(url: page))
        NotificationCenter.default.addObserver(
            self, selector: #selector(hello), name: UIApplication.didBecomeActiveNotification, object: nil
        )
    }

    /// What was stored is there before the page's own scripts, also where the page is loaded again.
    private func give(_ content: WKUserContentController) {
        content.removeAllUserScripts()
        let external = (try? String(contentsOf: kept, encoding: .utf8)).map { "window.nodExternal = \($0); " } ?? ""
        let first = NativeAnswers.shared.waitingJSON
        let script = "if (location.origin == \"\(origin)\") { \(external)window.nodFirst = \(first) }"
        content.addUserScript(WKUserScript(source: script, injectionTime: .atDocumentStart, forMainFrameOnly: true))
    }

    private func keep(_ external: Data) {
        let folder = kept.deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try? external.write(to: kept, options: .atomic)
        var file = kept, values = URLResourceValues()
        values.isExcludedFromBackup = true
        try? file.setResourceValues(values)
    }

    // The system took the page's process. What was decided is stored, so the page starts again.
    func webViewWebContentProcessDidTerminate(_ web: WKWebView) { web.load(URLRequest(url: page)) }

    // No other page is shown in here: others open in the browser.
    func webView(
        _: WKWebView, decidePolicyFor action: WKNavigationAction,
        decisionHandler: @escaping (WKNavigationActionPolicy) -> Void
    ) {
        let url = action.request.url!
        let shown = action.targetFrame.map { !$0.isMainFrame || url.path == page.path } ?? false
        decisionHandler(url.scheme == scheme && shown ? .allow : .cancel)
        if url.scheme == "https" { UIApplication.shared.open(url) }
    }

    func userContentController(_: WKUserContentController, didReceive message: WKScriptMessage) {
        guard message.frameInfo.isMainFrame, message.frameInfo.securityOrigin.protocol == scheme,
              let text = message.body as? String,
              let m = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], m["v"] as? Int == 1,
              let type = m["type"] as? String else { return }
        // Before anything else: a decision must not be lost when the app is killed.
        if let external = m["external"] as? [String: Any],
           let data = try? JSONSerialization.data(withJSONObject: external) {
            keep(data)
            NativeAnswers.shared.drop(external["first"] as? String ?? "")
            if let web = web { give(web.configuration.userContentController) }
        }
        switch type {
        case "nod:ready":
            decided = m["decided"] as? Bool ?? false
            hello()
            if decided { for sdk in sdks.keys { say(#"{"v": 1, "type": "nod:sdk", "sdk": "\#(sdk)"}"#) } }
        case "nod:decision":
            decided = true
            NativeAnswers.shared.note(m["action"] as? String ?? "", policy: m["policy"] as? String ?? "")
            for (sdk, state) in m["sdks"] as? [String: String] ?? [:] where state == "granted" { start(sdk) }
        case "nod:sdk":
            if let sdk = m["sdk"] as? String, m["state"] as? String == "granted" { start(sdk) }
        case "nod:permission" where m["state"] as? String == "granted" && m["permission"] as? String == "camera":
            AVCaptureDevice.requestAccess(for: .video) { _ in DispatchQueue.main.async { self.hello() } }
        case "nod:openSettings":
            UIApplication.shared.open(URL(string: UIApplication.openSettingsURLString)!)
        case "nod:openURL":
            if let url = m["url"] as? String, url.hasPrefix(server) { UIApplication.shared.open(URL(string: url)!) }
        case "nod:close" where m["reason"] as? String != "back" || decided:
            web?.configuration.userContentController.removeScriptMessageHandler(forName: "nod")
            dismiss(animated: true)
            finished(.goOn) // in the basic mode too; not where somebody goes back who decided nothing
        default:
            break
        }
    }

    private func say(_ message: String) {
        web?.callAsyncJavaScript("nodReceive(message)", arguments: ["message": message], in: nil, in: .page)
    }

    /// What the page can't know: also after the system's dialog, and after its settings.
    @objc private func hello() {
        let camera = AVCaptureDevice.authorizationStatus(for: .video)
        let state = camera == .authorized ? "granted" : camera == .notDetermined ? "prompt" : "denied"
        say(#"""
            {"v": 1, "type": "nod:hello", "platform": "ios", "app": "1.0", "locale": "zh-CN",
             "permissions": {"camera": "\#(state)"}}
            """#)
    }

    /// The app is about to ask for the camera, and shows the page: it asks first. Where the page is gone, it is shown
    /// with "&permission=camera".
    func needCamera() { say(#"{"v": 1, "type": "nod:permission", "permission": "camera", "state": "prompt"}"#) }

    func goBack() { say(#"{"v": 1, "type": "nod:back"}"#) }

    /// By the ids of the policy: how an SDK is started, which it is once.
    private let sdks: [String: () -> Void] = ["bugly": { /* Bugly.start(withAppId: …) */ }]
    private static var started = Set<String>()

    private func start(_ sdk: String) {
        if FirstLaunch.started.insert(sdk).inserted { sdks[sdk]?() }
    }
}

/// Serves the package's files, and no others.
final class Files: NSObject, WKURLSchemeHandler {
    private let folder: URL
    private let paths: Set<String>
    private static let types = [
        "html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml",
        "wasm": "application/wasm"
    ]

    init(folder: URL, paths: Set<String>) {
        self.folder = folder
        self.paths = paths
    }

    func webView(_: WKWebView, start task: WKURLSchemeTask) {
        let url = task.request.url!
        let path = String(url.path.dropFirst())
        guard paths.contains(path), let data = try? Data(contentsOf: folder.appendingPathComponent(path)) else {
            return task.didFailWithError(URLError(.fileDoesNotExist))
        }
        let headers = ["Content-Type": Files.types[url.pathExtension] ?? "application/octet-stream"]
        task.didReceive(HTTPURLResponse(url: url, statusCode: 200, httpVersion: nil, headerFields: headers)!)
        task.didReceive(data)
        task.didFinish()
    }

    func webView(_: WKWebView, stop _: WKURLSchemeTask) {}
}
