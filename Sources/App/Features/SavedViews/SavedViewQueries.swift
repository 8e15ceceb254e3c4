import Core
import Foundation
import Postgres
import Wire

extension Session {
    /// Somebody's views of a list, by name.
    func savedViews(of user: ID<User>, _ list: ListName) throws -> [SavedViewRecord] {
        try all(
            """
            SELECT id, list, name, query FROM saved_views
            WHERE user_id = \(user.uuid) AND list = \(list.rawValue) ORDER BY name
            """,
            SavedViewRecord.init(row:)
        )
    }

    /// Makes a view that has the name into this one; says whether there was any.
    func replaceView(_ view: NewSavedView, of user: ID<User>) throws -> Bool {
        try run(
            """
            UPDATE saved_views SET query = \(view.query.encoded)
            WHERE user_id = \(user.uuid) AND list = \(view.list.rawValue) AND name = \(view.name)
            """
        ) > 0
    }

    /// Stores a view at the first place that is free; says whether any was.
    func storeView(
        _ id: ID<SavedView>,
        _ view: NewSavedView,
        of user: SignedInUser,
        now: Date
    ) throws -> Bool {
        try run(
            """
            INSERT INTO saved_views (
                id, user_id, customer_id, list, position, name, query, created_at
            )
            SELECT \(id.uuid), \(user.id.uuid), \(user.customer?.uuid), \(view.list.rawValue), place,
                \(view.name), \(view.query.encoded), \(now)
            FROM (
                SELECT min(place) AS place FROM generate_series(1, 20) place
                WHERE NOT EXISTS (
                    SELECT FROM saved_views WHERE user_id = \(user.id.uuid)
                        AND list = \(view.list.rawValue) AND position = place
                )
            ) free WHERE place IS NOT NULL
            """
        ) > 0
    }

    /// Removes a view of somebody's; nil when there is none such.
    func removeView(_ id: ID<SavedView>, of user: ID<User>) throws -> SavedViewRecord? {
        try first(
            """
            DELETE FROM saved_views WHERE id = \(id.uuid) AND user_id = \(user.uuid)
            RETURNING id, list, name, query
            """,
            SavedViewRecord.init(row:)
        )
    }
}

extension SavedViewRecord {
    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            list: try row.choice("list"),
            name: try row.get("name"),
            query: FormFields(parsing: try row.get("query", as: String.self)) ?? FormFields()
        )
    }
}
