import Core
import Postgres

/// A column holds what our own constraints do not allow.
package struct UnreadableColumn: Error, CustomStringConvertible {
    package let column: String
    package init(_ column: String) { self.column = column }
    package var description: String { "column \(column) holds a value that is not understood" }
}

extension Row {
    /// A currency by its code.
    func currency(_ column: String) throws -> Currency {
        try Currency(try get(column, as: String.self)).orThrow(UnreadableColumn(column))
    }

    /// An amount of a currency that was read already.
    func money(_ column: String, _ currency: Currency) throws -> Money {
        Money(minorUnits: try get(column), currency)
    }

    /// One of the cases of an enumeration of texts.
    func choice<Choice: RawRepresentable<String>>(_ column: String) throws -> Choice {
        try Choice(rawValue: try get(column, as: String.self)).orThrow(UnreadableColumn(column))
    }

    /// An identifier.
    func id<Entity>(_ column: String, of type: Entity.Type = Entity.self) throws -> ID<Entity> {
        ID(try get(column))
    }

    /// An identifier that may be absent.
    func optionalID<Entity>(
        _ column: String,
        of type: Entity.Type = Entity.self
    ) throws -> ID<Entity>? {
        try optional(column).map { ID($0) }
    }
}
