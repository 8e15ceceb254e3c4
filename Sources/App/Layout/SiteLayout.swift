import Markup
import Web

/// How wide the content of a page is.
enum PageWidth: Sendable {
    case standard
    /// For reading and short lists.
    case narrow
    /// For one small form.
    case slim
    /// The content brings its own containers.
    case bleed
}

/// The document around every page: what the browser is told before the content.
struct DocumentLayout: View {
    let frame: PageFrame
    let content: HTML

    init(_ frame: PageFrame, @HTMLBuilder content: () -> HTML) {
        self.frame = frame
        self.content = content()
    }

    private var isKnownTheme: Bool { frame.theme == "light" || frame.theme == "dark" }

    var body: HTML {
        let zone = frame.viewer?.timeZone
        return html(
            .lang("en"),
            .when(isKnownTheme, .data("theme", frame.theme ?? "")),
            .when(zone != nil, .data("zone", zone ?? ""))
        ) {
            head {
                meta(.charset("utf-8"))
                meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
                title { "\(frame.title) · NextPanel" }
                if let description = frame.description {
                    meta(.name("description"), .content(description))
                } else {
                    meta(.name("robots"), .content("noindex"))
                }
                meta(.name("color-scheme"), .content("light dark"))
                if let seconds = frame.refreshSeconds {
                    noscript { meta(.httpEquiv("refresh"), .content(String(seconds))) }
                }
                link(.rel("icon"), .href(frame.assets.path("favicon.svg")))
                link(.rel("stylesheet"), .href(frame.assets.path("app.css")))
                script(.type("module"), .src(frame.assets.path("app.js")))
            }
            documentBody {
                a(.href("#content"), .classes("skip")) { "Skip to the content" }
                if frame.isSandbox { SandboxBanner() }
                content
            }
        }
    }
}

/// Says on every page that nothing here is real.
private struct SandboxBanner: View {
    var body: HTML {
        aside(.classes("sandbox"), .aria("label", "Sandbox")) {
            "Sandbox: payments, domains and mails are simulated."
        }
    }
}

/// The name of the house, leading to its door.
struct Brand: View {
    let path: String

    var body: HTML {
        a(.href(path), .classes("brand")) {
            svg(
                .classes("brand-mark"),
                .viewBox("0 0 24 24"),
                .decorative,
                .fill("currentColor")
            ) {
                rect(.x(2), .y(3), .width(20.0), .height(7.0), .rx(2.5))
                Markup.path(
                    .d(
                        "M4.5 13h7a2.5 2.5 0 0 1 2.5 2.5v3a2.5 2.5 0 0 1-2.5 2.5h-7A2.5 2.5 0 0 1 2 18.5v-3A2.5 2.5 0 0 1 4.5 13z"
                    ),
                    .fillOpacity("0.55")
                )
                rect(.x(16), .y(13), .width(6.0), .height(8.0), .rx(2.5), .fillOpacity("0.8"))
            }
            "NextPanel"
        }
    }
}

/// The frame of the pages that visitors and customers see.
struct SiteLayout: View {
    let frame: PageFrame
    let width: PageWidth
    let content: HTML

    var body: HTML {
        DocumentLayout(frame) {
            SiteHeader(frame: frame)
            Markup.main(
                .id("content"),
                .classes("site-main", width == .bleed ? "is-bleed" : "")
            ) {
                if width == .bleed {
                    content
                } else {
                    div(.classes("container")) {
                        div(.classes(innerClass)) {
                            if let flash = frame.flash { Notice(flash) }
                            content
                        }
                    }
                }
            }
            SiteFooter(help: frame.help)
        }
    }

    private var innerClass: String {
        switch width {
        case .narrow: "narrow"
        case .slim: "slim"
        case .standard, .bleed: ""
        }
    }
}

/// Brand, navigation, cart and account.
private struct SiteHeader: View {
    let frame: PageFrame

    private var items: [NavigationItem] {
        frame.viewer.map { $0.isStaff ? Navigation.visitor : Navigation.customer }
            ?? Navigation.visitor
    }

    var body: HTML {
        header(.classes("site-header", items.count > 6 ? "is-full" : "")) {
            div(.classes("container")) {
                Brand(path: MarketingRoutes.home.path())
                nav(.classes("nav", "is-wide"), .aria("label", "Main")) { links(items) }
                div(.classes("header-end")) {
                    if frame.viewer != nil { FinderLink() }
                    ThemeToggle(theme: frame.theme)
                    cart
                    div(.classes("row", "is-wide")) { account }
                    menu
                }
            }
        }
    }

    private func links(_ items: [NavigationItem]) -> [HTML] {
        items.map { item in
            a(
                .href(item.path),
                .classes("nav-link"),
                .when(item.leads(to: frame.path), .aria("current", "page"))
            ) { item.text }
        }
    }

    @HTMLBuilder private var cart: HTML {
        if frame.viewer?.isStaff != true {
            a(
                .href(CartRoutes.show.path()),
                .classes("nav-link"),
                .aria("label", "Cart, \(counted(frame.cartCount, "item"))"),
                .when(frame.path == CartRoutes.show.path(), .aria("current", "page"))
            ) {
                Icon("shopping-cart", "icon-l")
                if frame.cartCount > 0 {
                    span(.classes("count"), .decorative) { String(frame.cartCount) }
                }
            }
        }
    }

    @HTMLBuilder private var account: HTML {
        if let viewer = frame.viewer {
            accountLink(viewer)
            LogoutForm(token: frame.token)
        } else {
            a(.href(AccountRoutes.loginPage.path()), .classes("nav-link")) { "Log in" }
            ButtonLink("Sign up", to: AccountRoutes.registerPage.path(), .primary)
        }
    }

    private func accountLink(_ viewer: PageFrame.Viewer) -> HTML {
        a(
            .href((viewer.isStaff ? Navigation.console : AccountRoutes.account).path()),
            .classes("nav-link", "truncate", "block"),
            .when(frame.path == AccountRoutes.account.path(), .aria("current", "page"))
        ) { viewer.isStaff ? "Console" : viewer.name }
    }

    private var menu: HTML {
        details(.classes("menu")) {
            summary(.classes("button", "is-quiet", "is-icon"), .aria("label", "Menu")) {
                Icon("menu", "icon-l")
            }
            div(.classes("menu-panel")) {
                nav(.aria("label", "Menu")) {
                    links(items)
                    if let viewer = frame.viewer { accountLink(viewer) }
                }
                hr()
                if frame.viewer != nil {
                    LogoutForm(token: frame.token)
                } else {
                    ButtonLink("Log in", to: AccountRoutes.loginPage.path())
                    ButtonLink("Sign up", to: AccountRoutes.registerPage.path(), .primary)
                }
            }
        }
    }
}

/// The way to the field that finds anything.
struct FinderLink: View {
    var classNames = "is-icon"

    var body: HTML {
        a(
            .href(FinderRoutes.find.path()),
            .classes("button", "is-quiet", classNames),
            .data("palette", ""),
            .aria("label", "Find"),
            .title("Find (Ctrl K)")
        ) { Icon("search") }
    }
}

/// The button that ends a session.
struct LogoutForm: View {
    let token: String

    var body: HTML {
        form(to: AccountRoutes.logout.path(), token: token) {
            button(.type("submit"), .classes("button", "is-quiet")) { "Log out" }
        }
    }
}

/// Changes between the system's theme, light and dark; there where scripts run, since the system is
/// followed anyway.
struct ThemeToggle: View {
    /// What was chosen; nil for the system's.
    let theme: String?

    private var name: String { theme == "light" || theme == "dark" ? theme ?? "" : "system" }

    private var icon: Icon {
        switch name {
        case "light": Icon("sun")
        case "dark": Icon("moon")
        default: Icon("monitor")
        }
    }

    var body: HTML {
        button(
            .type("button"),
            .classes("button", "is-quiet", "is-icon", "theme-toggle"),
            .data("theme-toggle", ""),
            .aria("label", "Theme: \(name)"),
            .title("Theme: \(name)")
        ) { icon }
    }
}

private struct SiteFooter: View {
    let help: Configuration.HelpSettings

    var body: HTML {
        footer(.classes("site-footer")) {
            div(.classes("container", "row")) {
                span { "NextPanel Hosting" }
                for item in Navigation.visitor { a(.href(item.path)) { item.text } }
                HelpLinks(help: help)
                span(.classes("push")) {
                    "Prices are in the currency shown. Times are in "
                    span(.data("zone-name", "")) { "UTC" }
                    "."
                }
            }
        }
    }
}

/// The ways to a person and to what was agreed.
struct HelpLinks: View {
    let help: Configuration.HelpSettings

    var body: HTML {
        if let address = help.supportEmail { a(.href("mailto:\(address)")) { address } }
        for each in help.documents { a(.href(each.url)) { each.text } }
    }
}
