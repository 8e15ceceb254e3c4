import CPostgres

/// Where and how to connect: libpq's keywords, from a URL or a conninfo string, with our defaults.
struct ConnectionSettings: Sendable {
    private(set) var parameters: [String: String]

    /// Reads a conninfo string or a `postgresql://` URL; `postgresql+asyncpg://` is read as such.
    ///
    /// - Throws: ``DatabaseError`` without a word of the text, which may contain a password.
    init(
        _ conninfo: String,
        applicationName: String,
        options: [(String, String)] = []
    ) throws(DatabaseError) {
        var parameters = try Self.parse(conninfo)
        let defaults = [
            "application_name": applicationName, "client_encoding": "UTF8",
            "connect_timeout": "5", "keepalives_idle": "10", "keepalives_interval": "5",
            "keepalives_count": "3", "tcp_user_timeout": "20000",
        ]
        parameters.merge(defaults) { given, _ in given }
        let fixed = [("TimeZone", "UTC"), ("DateStyle", "ISO"), ("IntervalStyle", "iso_8601")]
        let ours = (fixed + options).map { "-c \($0)=\(Self.escaped($1))" }
        let given = parameters["options"].map { [$0] } ?? []
        parameters["options"] = (given + ours).joined(separator: " ")
        self.parameters = parameters
    }

    /// Spaces and backslashes separate and escape in the startup options.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }

    private static func parse(_ text: String) throws(DatabaseError) -> [String: String] {
        var conninfo = text
        if let scheme = text.firstRange(of: "+asyncpg://") {
            conninfo.replaceSubrange(scheme, with: "://")
        }
        var problem: UnsafeMutablePointer<CChar>?
        defer { unsafe PQfreemem(problem) }
        guard let options = unsafe PQconninfoParse(conninfo, &problem) else {
            throw DatabaseError(sqlState: "08001", message: "the database address is not valid")
        }
        defer { unsafe PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var index = 0
        while let keyword = unsafe options[index].keyword {
            if let value = unsafe options[index].val {
                unsafe parameters[String(cString: keyword)] = unsafe String(cString: value)
            }
            index += 1
        }
        return parameters
    }
}
