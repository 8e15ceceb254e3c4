/// A piece of a page: a plain value, so it can be rendered, printed as text, or compared.
///
/// Text is escaped when it is rendered. The only way past that is ``trusted(_:)``, which takes
/// nothing but literals of the source.
package struct HTML: Sendable, Equatable {
    enum Node: Sendable, Equatable {
        case text(String)
        case trusted(String)
        case group([HTML])
        case void(String, [Attribute])
        indirect case element(String, [Attribute], HTML)
    }

    let node: Node

    /// Nothing at all.
    package static let empty = HTML(node: .group([]))

    /// Text that is shown as it is, whatever characters it has.
    package static func text(_ text: String) -> HTML { HTML(node: .text(text)) }

    /// Markup that stands in the source as a literal; never a runtime string.
    package static func trusted(_ markup: StaticString) -> HTML {
        HTML(node: .trusted("\(markup)"))
    }

    /// Pieces one after another.
    package static func group(_ parts: [HTML]) -> HTML { HTML(node: .group(parts)) }

    /// Pieces one after another, written as in a view.
    package init(@HTMLBuilder _ content: () -> HTML) { self = content() }

    init(node: Node) { self.node = node }

    static func element(_ tag: String, _ attributes: [Attribute], _ content: HTML) -> HTML {
        HTML(node: .element(tag, attributes, content))
    }

    static func void(_ tag: String, _ attributes: [Attribute]) -> HTML {
        HTML(node: .void(tag, attributes))
    }

    /// Whether nothing would be rendered.
    package var isEmpty: Bool {
        switch node {
        case .text(let text), .trusted(let text): text.isEmpty
        case .group(let parts): parts.allSatisfy(\.isEmpty)
        case .void, .element: false
        }
    }
}

/// A part of a page with its own name: stored values and a `body`.
///
/// It sees values, never services. Do not name a member like a tag that the body uses (`table`,
/// `form`, `label`), because the member hides the tag.
package protocol View: Sendable {
    @HTMLBuilder var body: HTML { get }
}

/// Lets the content of an element be written as statements: text, elements, `if`, `for`, `switch`.
@resultBuilder package enum HTMLBuilder {
    package static func buildExpression(_ html: HTML) -> HTML { html }
    package static func buildExpression(_ html: HTML?) -> HTML { html ?? .empty }
    package static func buildExpression(_ parts: [HTML]) -> HTML { .group(parts) }
    package static func buildExpression(_ text: String) -> HTML { .text(text) }
    package static func buildExpression(_ view: some View) -> HTML { view.body }

    @available(
        *,
        unavailable,
        message: "show this value as text first: String(…), .formatted(…) or a view"
    )
    package static func buildExpression<Value>(_ value: Value) -> HTML { .empty }

    package static func buildBlock(_ parts: HTML...) -> HTML { .group(parts) }
    package static func buildBlock(_ part: HTML) -> HTML { part }
    package static func buildArray(_ parts: [HTML]) -> HTML { .group(parts) }
    package static func buildOptional(_ part: HTML?) -> HTML { part ?? .empty }
    package static func buildEither(first part: HTML) -> HTML { part }
    package static func buildEither(second part: HTML) -> HTML { part }
    package static func buildLimitedAvailability(_ part: HTML) -> HTML { part }
}
