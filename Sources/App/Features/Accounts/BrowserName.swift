/// What people call the browser that a `User-Agent` field stands for.
///
/// Browsers name each other in it, so the more special name counts; one that is none of these keeps
/// the beginning of what it says (RFC 9110, section 10.1.5).
struct BrowserName: Equatable {
    let text: String

    init(_ userAgent: String) {
        guard let browser = BrowserName.browsers.first(where: { userAgent.contains($0.mark) })
        else {
            text = String(userAgent.prefix(60))
            return
        }
        let system = BrowserName.systems.first { userAgent.contains($0.mark) }
        text = system.map { "\(browser.name) on \($0.name)" } ?? browser.name
    }

    private static let browsers = [
        (mark: "Edg", name: "Edge"), (mark: "OPR/", name: "Opera"),
        (mark: "SamsungBrowser/", name: "Samsung Internet"), (mark: "Firefox/", name: "Firefox"),
        (mark: "FxiOS/", name: "Firefox"), (mark: "CriOS/", name: "Chrome"),
        (mark: "Chrome/", name: "Chrome"), (mark: "HeadlessChrome", name: "Chrome"),
        (mark: "Safari/", name: "Safari"),
    ]

    private static let systems = [
        (mark: "Android", name: "Android"), (mark: "iPhone", name: "iPhone"),
        (mark: "iPad", name: "iPad"), (mark: "Windows", name: "Windows"),
        (mark: "CrOS", name: "ChromeOS"), (mark: "Mac OS X", name: "macOS"),
        (mark: "Linux", name: "Linux"),
    ]
}
