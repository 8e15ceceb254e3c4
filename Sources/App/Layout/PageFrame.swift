import Core
import Web

/// What the frame around a page's content shows.
struct PageFrame: Sendable {
    /// Who looks at the page.
    struct Viewer: Sendable {
        let name: String
        let role: Role
        /// Where the reader has said to be; nil follows the browser.
        let timeZone: String?

        var isStaff: Bool { role.isStaff }
    }

    let title: String
    /// What search engines show; nil for pages that are none of their business.
    var description: String?
    let path: String
    let viewer: Viewer?
    let token: String
    let cartCount: Int
    let isSandbox: Bool
    /// What the reader chose; nil follows the system.
    let theme: String?
    let flash: Flash?
    let assets: Assets
    let help: Configuration.HelpSettings
    /// Loads the page again after so many seconds, where no script does better.
    var refreshSeconds: Int?
}
