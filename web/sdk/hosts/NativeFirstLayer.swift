// How an iOS app asks before any WKWebView exists: it draws the first layer by itself, from native.json of the package
// that "nod bundle --platform ios" wrote into the app's folder nod. Copy it with NativeAnswer.swift and
// FirstLaunch.swift, and show it at every start, before anything else. It asks only. After outcome(.page) show
// FirstLaunch, whose page makes the decision; after .goOn the app runs, in its basic mode, and there is neither a
// WKWebView nor a request, until the person taps "agree": have your menu show it with mustAsk. Its look is swift/1
// (template in native.json): after a change of the drawing write "custom" for its presentation. It needs iOS 15.
import SwiftUI

enum NativeOutcome { case page, goOn, broken }

struct NativeFirstLayer: View {
    let mustAsk: Bool
    let outcome: (NativeOutcome) -> Void

    @State private var screen = "first" // "first", "basic" or the name of a page
    @State private var under = "first" // the screen that a page goes back to
    @State private var document: NativeDocument?

    var body: some View {
        VStack(spacing: 0) {
            if let document = document {
                ScrollView {
                    VStack(alignment: .leading, spacing: 8) {
                        ForEach(Array(content(document).blocks.enumerated()), id: \.offset) { draw($0.element) }
                    }
                    .padding(16)
                    .frame(maxWidth: .infinity, alignment: .leading)
                }
                .id(screen) // each screen begins at its top
                HStack(spacing: 8) {
                    ForEach(buttons(document), id: \.text) { button in
                        NativeAnswerButton(text: button.text) { tap(button.do, document) }
                    }
                }
                .padding(16)
                .fixedSize(horizontal: false, vertical: true) // equal heights
            }
        }
        .environment(\.layoutDirection, document?.direction == "rtl" ? .rightToLeft : .leftToRight)
        .interactiveDismissDisabled() // no swipe takes the question away
        .onAppear(perform: start)
    }

    private func start() {
        guard document == nil else { return }
        let package = SignedPackage()
        guard package.isWhole(), let read = try? package.readNative() else { return outcome(.broken) }
        switch mustAsk ? .ask : NativeAnswers.shared.next(read) {
        case .page: outcome(.page)
        case .basic: outcome(.goOn)
        case .ask: document = read
        }
    }

    private func tap(_ action: String, _ document: NativeDocument) {
        switch action {
        case "agree":
            outcome(NativeAnswers.shared.add(document, agreed: true) ? .page : .broken)
        case "disagree":
            _ = NativeAnswers.shared.add(document, agreed: false) // not stored, it is asked again
            screen = "basic"
        case "again": screen = "first"
        case "close": outcome(.goOn)
        default: screen = under
        }
    }

    private func content(_ document: NativeDocument) -> NativeScreen {
        screen == "basic" ? document.basic : document.pages[screen] ?? document.first
    }

    private func buttons(_ document: NativeDocument) -> [NativeButton] {
        let own = content(document).buttons
        return document.pages[screen] == nil ? own : own + [NativeButton(do: "back", text: document.back)]
    }

    private func draw(_ block: Block) -> AnyView {
        switch block.t {
        case "title": return AnyView(words(block).font(.title2.bold()).accessibilityAddTraits(.isHeader))
        case "heading": return AnyView(words(block).font(.headline).accessibilityAddTraits(.isHeader))
        case "item":
            return AnyView(HStack(alignment: .firstTextBaseline, spacing: 8) {
                Text(verbatim: block.mark ?? "")
                words(block)
            }.padding(.leading, CGFloat(((block.level ?? 1) - 1) * 16)))
        case "link":
            return AnyView(Button { (under, screen) = (screen, block.page ?? screen) } label: { words(block) }
                .frame(minHeight: 44))
        case "more":
            return AnyView(DisclosureGroup {
                ForEach(Array((block.blocks ?? []).enumerated()), id: \.offset) { draw($0.element) }
            } label: { words(block).multilineTextAlignment(.leading).frame(minHeight: 44) })
        default: return AnyView(words(block))
        }
    }

    /// A text whose parts are strong, or in another language. It follows the system's text size and dark mode.
    private func words(_ block: Block) -> Text {
        var all = AttributedString()
        for run in block.text ?? [] {
            var part = AttributedString(run.s)
            if run.strong == true { part.inlinePresentationIntent = .stronglyEmphasized }
            part.languageIdentifier = run.lang ?? document?.language
            all += part
        }
        return Text(all)
    }
}

/// All answers look the same.
private struct NativeAnswerButton: View {
    let text: String
    let tapped: () -> Void

    var body: some View {
        Button(action: tapped) {
            Text(verbatim: text).frame(maxWidth: .infinity, minHeight: 44, maxHeight: .infinity)
        }
        .buttonStyle(.bordered)
    }
}
