import Core
import Web

extension Currency: APIString {
    package static var format: String { "currency" }

    package init?(apiString: String) { self.init(apiString) }

    package var apiString: String { code }
}
