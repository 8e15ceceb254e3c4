/// A value that prints as dots, so that it cannot reach a log or a page by accident.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// The value itself; reading it is a decision.
    package let exposed: Value

    /// Wraps a value that must not be shown.
    package init(_ value: Value) { exposed = value }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable where Value: Equatable {}
