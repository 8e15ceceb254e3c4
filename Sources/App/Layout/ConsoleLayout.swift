import Markup
import Web

/// The frame of the pages that staff see.
struct ConsoleLayout: View {
    let frame: PageFrame
    /// Nil on a page that belongs to no part.
    let section: ConsoleSection?
    let content: HTML

    var body: HTML {
        DocumentLayout(frame) {
            bar
            div(.classes("console")) {
                aside(.classes("console-side"), .aria("label", "Console")) {
                    div(.classes("console-rail")) {
                        div(.classes("spread")) {
                            Brand(path: Navigation.console.path())
                            FinderLink()
                        }
                        nav(.aria("label", "Console")) { links }
                        who
                    }
                }
                Markup.main(.id("content"), .classes("console-main")) {
                    div(.classes("inner")) {
                        if let flash = frame.flash { Notice(flash) }
                        content
                    }
                }
            }
        }
    }

    private var links: [HTML] {
        ConsoleSection.allCases.filter { $0.isOpen(to: frame.viewer?.role) }.map { each in
            a(
                .href(each.item.path),
                .classes("nav-link"),
                .when(each == section, .aria("current", "page"))
            ) {
                Icon(each.item.icon)
                each.item.text
            }
        }
    }

    private var who: HTML {
        div(.classes("console-who")) {
            if let viewer = frame.viewer {
                a(.href(AccountRoutes.account.path()), .classes("nav-link", "truncate")) {
                    viewer.name
                }
            }
            div(.classes("row")) {
                LogoutForm(token: frame.token)
                ThemeToggle(theme: frame.theme)
            }
        }
    }

    /// What stands in for the side on a narrow screen.
    private var bar: HTML {
        header(.classes("console-bar")) {
            Brand(path: Navigation.console.path())
            FinderLink(classNames: "is-icon push")
            details(.classes("menu")) {
                summary(.classes("button", "is-quiet", "is-icon"), .aria("label", "Menu")) {
                    Icon("menu", "icon-l")
                }
                div(.classes("menu-panel")) {
                    nav(.aria("label", "Menu")) { links }
                    hr()
                    who
                }
            }
        }
    }
}
