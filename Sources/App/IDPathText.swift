package import Core
package import Web

extension ID: PathParameter, APIString {
    package init?(pathText: String) { self.init(pathText) }
    package var pathText: String { text }
    package static var pathSchema: Schema { schema }

    package static var format: String { Entity.idPrefix }
    package init?(apiString: String) { self.init(apiString) }
    package var apiString: String { text }
}
