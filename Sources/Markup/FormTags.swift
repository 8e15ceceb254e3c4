// Forms and what stands in them.

/// A form that changes something; it always carries the token that shows it came from our page.
package func form(
    to path: String,
    token: String,
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML
) -> HTML {
    .element(
        "form",
        [.action(path), .method("post")] + attributes,
        .group([input(.type("hidden"), .name("csrf"), .value(token)), content()])
    )
}

/// A form that only asks, such as a search; its fields end in the address.
package func form(
    get path: String,
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML
) -> HTML {
    .element("form", [.action(path), .method("get")] + attributes, content())
}

package func label(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("label", attributes, content()) }

package func button(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("button", attributes, content()) }

package func select(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("select", attributes, content()) }

package func optgroup(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("optgroup", attributes, content()) }

package func option(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("option", attributes, content()) }

package func textarea(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("textarea", attributes, content()) }

package func fieldset(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("fieldset", attributes, content()) }

package func legend(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("legend", attributes, content()) }

package func output(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("output", attributes, content()) }

package func progress(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("progress", attributes, content()) }

package func meter(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("meter", attributes, content()) }

package func datalist(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("datalist", attributes, content()) }

package func input(_ attributes: Attribute...) -> HTML { .void("input", attributes) }

// The same with attributes that were gathered first, for components that pass some on.

package func input(_ attributes: [Attribute]) -> HTML { .void("input", attributes) }

package func textarea(_ attributes: [Attribute], @HTMLBuilder content: () -> HTML) -> HTML {
    .element("textarea", attributes, content())
}

package func select(_ attributes: [Attribute], @HTMLBuilder content: () -> HTML) -> HTML {
    .element("select", attributes, content())
}
