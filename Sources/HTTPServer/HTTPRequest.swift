package import Wire

/// One whole request as it came off the wire, body and all.
///
/// Nothing is decoded: the path and the query keep their percent-escapes, because two readers that
/// decode at different times are how a check is walked around.
package struct HTTPRequest: Sendable {
    /// Upper case, such as `GET`.
    package var method: String
    /// Raw and undecoded; starts with a slash.
    package var path: String
    /// What follows the question mark, raw; empty if there is none.
    package var query: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The address of the peer of the socket, which may be a proxy's.
    package var remoteAddress: String

    package init(
        method: String,
        path: String,
        query: String = "",
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }
}
