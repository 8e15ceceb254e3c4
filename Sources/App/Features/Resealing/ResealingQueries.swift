import Postgres

extension Session {
    /// Locks rows whose texts are sealed by another key than the one that leaves this mark.
    func sealedByOlderKeys(
        _ place: SealedPlace,
        than mark: String,
        after last: String?,
        most: Int
    ) throws -> [SealedRow] {
        try all(
            """
            SELECT \(unsafeRaw: place.id) AS name, ctid::text AS place,
                \(unsafeRaw: place.column) AS sealed
            FROM \(unsafeRaw: place.table)
            WHERE \(unsafeRaw: place.column) LIKE 'v1.%.%'
                AND NOT starts_with(\(unsafeRaw: place.column), \(mark))
                AND (\(last)::text IS NULL OR \(unsafeRaw: place.id) > \(last))
            ORDER BY \(unsafeRaw: place.id) LIMIT \(most) FOR NO KEY UPDATE
            """
        ) { row in
            SealedRow(
                id: try row.get("name"),
                place: try row.get("place"),
                sealed: try row.get("sealed")
            )
        }
    }

    func reseal(_ row: SealedRow, of place: SealedPlace, as sealed: String) throws {
        try run(
            """
            UPDATE \(unsafeRaw: place.table) SET \(unsafeRaw: place.column) = \(sealed)
            WHERE ctid = \(row.place)::tid AND \(unsafeRaw: place.column) = \(row.sealed)
            """
        )
    }
}
