import HTTPServer
import Markup
import Wire

/// The frame of every page the simulators show; it says that nothing on it is real.
struct SandboxPage: View {
    let title: String
    let content: HTML

    init(title: String, @HTMLBuilder _ content: () -> HTML) {
        self.title = title
        self.content = content()
    }

    var body: HTML {
        HTML {
            html(.lang("en")) {
                head {
                    meta(.charset("utf-8"))
                    meta(
                        .name("viewport"),
                        .content("width=device-width, initial-scale=1")
                    )
                    Markup.title { "\(title) · sandbox" }
                    link(.rel("stylesheet"), .href("/sandbox.css"))
                }
                documentBody {
                    p(.classes("banner")) { "Sandbox: nothing here is real, no money moves." }
                    main { content }
                }
            }
        }
    }
}

extension HTTPResponse {
    /// The look of the simulators' pages.
    static let stylesheet = HTTPResponse(
        status: 200,
        headers: ["Content-Type": "text/css; charset=utf-8"],
        body: .bytes(Array(sandboxStyles.utf8))
    )
}

private let sandboxStyles = """
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    body { margin: 0 }
    .banner { margin: 0; padding: .5rem 1rem; background: #7a4a00; color: #fff }
    main { max-width: 44rem; margin: 1.5rem auto; padding: 0 1rem }
    label { display: block; margin: .75rem 0; font-weight: 600 }
    input, select, button { font: inherit; display: block; width: 100%; padding: .5rem;
      box-sizing: border-box; margin-top: .25rem }
    button { margin-top: 1rem; background: #1f5fbf; color: #fff; border: 0; border-radius: .4rem;
      cursor: pointer }
    button.quiet { background: #666 }
    table { width: 100%; border-collapse: collapse }
    td, th { text-align: left; padding: .4rem .5rem; border-bottom: 1px solid #8888 }
    td.number { text-align: right }
    .problem { background: #a11; color: #fff; padding: .6rem .8rem; border-radius: .4rem }
    .done { background: #1a6b34; color: #fff; padding: .6rem .8rem; border-radius: .4rem }
    iframe { width: 100%; min-height: 32rem; border: 1px solid #8888; background: #fff }
    pre { white-space: pre-wrap; overflow-wrap: anywhere }
    """
