import Core
import Postgres
import Support

/// The fleet in an order that somebody chooses. It is short, so it is sorted here.
struct ServerFilter: ListFilter {
    var sorting = ServerColumn.standard

    static let name = ListName.consoleServers
    static let file: [FileColumn<ServerRecord>] = [
        FileColumn("Server") { $0.id.text },
        FileColumn("Name") { $0.name },
        FileColumn("Address") { $0.baseURL },
        FileColumn("Place") { $0.location ?? "" },
        FileColumn("State") { $0.badge.text },
        FileColumn("Accounts") { String($0.currentAccounts) },
        FileColumn("Capacity") { String($0.capacity) },
        FileColumn("Last asked") { $0.checkedAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { false }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [ServerRecord] {
        let servers = try session.servers()
        let ascending =
            switch sorting.column {
            case .name: servers.sorted { ($0.name, $0.id.text) < ($1.name, $1.id.text) }
            case .filled:
                servers.sorted { ($0.utilization, $0.name) < ($1.utilization, $1.name) }
            }
        return part(
            sorting.isDescending ? ascending.reversed() : ascending,
            after: place,
            most: most
        )
    }

    func place(of row: ServerRecord) -> [String] { ["", row.id.text] }
}

/// What servers can be sorted by.
enum ServerColumn: String, SortColumn {
    case name, filled

    static let standard = Sorting(ServerColumn.name)
}

extension ServerAccountFilter {
    static let name = ListName.consoleServerAccounts
    static let file: [FileColumn<ListedAccount>] = [
        FileColumn("Account") { $0.account.id.text },
        FileColumn("User name") { $0.account.username },
        FileColumn("Customer") { $0.customerName },
        FileColumn("E-mail") { $0.account.email },
        FileColumn("Status") { $0.account.status.rawValue },
        FileColumn("Server") { $0.serverName },
        FileColumn("Made") { $0.account.createdAt.rfc3339 },
    ]

    var isActive: Bool { false }
}
