import Postgres

extension Session {
    /// Whether the database answers and has our tables.
    func isAnswering() throws -> Bool {
        try exists("SELECT 1 FROM pg_class WHERE oid = to_regclass('jobs')")
    }

    /// How many jobs there are in each state.
    func jobCounts() throws -> [(status: String, count: Int64)] {
        try all(
            "SELECT status, count(*) AS count FROM jobs GROUP BY status ORDER BY status"
        ) { (try $0.get("status"), try $0.get("count")) }
    }
}
