// The attributes of HTML. Strings are escaped when they are written.

extension Attribute {
    /// The names of the classes; several of these on one element are joined.
    package static func classes(_ names: String...) -> Attribute {
        Attribute("class", names.filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// An attribute of assistive technology: `.aria("label", "Close")`.
    package static func aria(_ name: StaticString, _ value: String) -> Attribute {
        Attribute("aria-\(name)", value)
    }

    /// A value for a script of ours: `.data("total", "1999")`.
    package static func data(_ name: StaticString, _ value: String) -> Attribute {
        Attribute("data-\(name)", value)
    }

    /// Hides from assistive technology and from mail text what only decorates.
    package static var decorative: Attribute { .aria("hidden", "true") }

    /// Where a link leads; an address that could run a script becomes `#`.
    package static func href(_ value: String) -> Attribute { Attribute("href", value) }

    /// Where an image or a script comes from; an address that could run a script becomes `#`.
    package static func src(_ value: String) -> Attribute { Attribute("src", value) }

    package static func id(_ value: String) -> Attribute { Attribute("id", value) }
    package static func title(_ value: String) -> Attribute { Attribute("title", value) }
    package static func lang(_ value: String) -> Attribute { Attribute("lang", value) }
    package static func dir(_ value: String) -> Attribute { Attribute("dir", value) }
    package static func role(_ value: String) -> Attribute { Attribute("role", value) }
    package static func name(_ value: String) -> Attribute { Attribute("name", value) }
    package static func value(_ value: String) -> Attribute { Attribute("value", value) }
    package static func type(_ value: String) -> Attribute { Attribute("type", value) }
    package static func placeholder(_ value: String) -> Attribute {
        Attribute("placeholder", value)
    }
    package static func pattern(_ value: String) -> Attribute { Attribute("pattern", value) }
    package static func action(_ value: String) -> Attribute { Attribute("action", value) }
    package static func method(_ value: String) -> Attribute { Attribute("method", value) }
    package static func formaction(_ value: String) -> Attribute { Attribute("formaction", value) }
    package static func formmethod(_ value: String) -> Attribute { Attribute("formmethod", value) }
    package static func enctype(_ value: String) -> Attribute { Attribute("enctype", value) }
    package static func target(_ value: String) -> Attribute { Attribute("target", value) }
    package static func rel(_ value: String) -> Attribute { Attribute("rel", value) }
    package static func alt(_ value: String) -> Attribute { Attribute("alt", value) }
    package static func content(_ value: String) -> Attribute { Attribute("content", value) }
    package static func charset(_ value: String) -> Attribute { Attribute("charset", value) }
    package static func media(_ value: String) -> Attribute { Attribute("media", value) }
    package static func sizes(_ value: String) -> Attribute { Attribute("sizes", value) }
    package static func integrity(_ value: String) -> Attribute { Attribute("integrity", value) }
    package static func crossorigin(_ value: String) -> Attribute {
        Attribute("crossorigin", value)
    }
    package static func datetime(_ value: String) -> Attribute { Attribute("datetime", value) }
    package static func scope(_ value: String) -> Attribute { Attribute("scope", value) }
    package static func headers(_ value: String) -> Attribute { Attribute("headers", value) }
    package static func autocomplete(_ value: String) -> Attribute {
        Attribute("autocomplete", value)
    }
    package static func inputmode(_ value: String) -> Attribute { Attribute("inputmode", value) }
    package static func list(_ value: String) -> Attribute { Attribute("list", value) }
    package static func form(_ value: String) -> Attribute { Attribute("form", value) }
    package static func min(_ value: String) -> Attribute { Attribute("min", value) }
    package static func max(_ value: String) -> Attribute { Attribute("max", value) }
    package static func step(_ value: String) -> Attribute { Attribute("step", value) }
    package static func accept(_ value: String) -> Attribute { Attribute("accept", value) }
    package static func label(_ value: String) -> Attribute { Attribute("label", value) }
    package static func property(_ value: String) -> Attribute { Attribute("property", value) }
    package static func `as`(_ value: String) -> Attribute { Attribute("as", value) }
    package static func loading(_ value: String) -> Attribute { Attribute("loading", value) }
    package static func popover(_ value: String) -> Attribute { Attribute("popover", value) }
    package static func popovertarget(_ value: String) -> Attribute {
        Attribute("popovertarget", value)
    }
    package static func `for`(_ value: String) -> Attribute { Attribute("for", value) }
    package static func httpEquiv(_ value: String) -> Attribute { Attribute("http-equiv", value) }

    package static func colspan(_ value: Int) -> Attribute { Attribute("colspan", String(value)) }
    package static func rowspan(_ value: Int) -> Attribute { Attribute("rowspan", String(value)) }
    package static func rows(_ value: Int) -> Attribute { Attribute("rows", String(value)) }
    package static func cols(_ value: Int) -> Attribute { Attribute("cols", String(value)) }
    package static func maxlength(_ value: Int) -> Attribute {
        Attribute("maxlength", String(value))
    }
    package static func minlength(_ value: Int) -> Attribute {
        Attribute("minlength", String(value))
    }
    package static func tabindex(_ value: Int) -> Attribute { Attribute("tabindex", String(value)) }
    package static func min(_ value: Int) -> Attribute { Attribute("min", String(value)) }
    package static func max(_ value: Int) -> Attribute { Attribute("max", String(value)) }
    package static func width(_ value: Int) -> Attribute { Attribute("width", String(value)) }
    package static func height(_ value: Int) -> Attribute { Attribute("height", String(value)) }

    package static var required: Attribute { Attribute("required", nil) }
    package static var disabled: Attribute { Attribute("disabled", nil) }
    package static var readonly: Attribute { Attribute("readonly", nil) }
    package static var checked: Attribute { Attribute("checked", nil) }
    package static var selected: Attribute { Attribute("selected", nil) }
    package static var multiple: Attribute { Attribute("multiple", nil) }
    package static var autofocus: Attribute { Attribute("autofocus", nil) }
    package static var hidden: Attribute { Attribute("hidden", nil) }
    package static var open: Attribute { Attribute("open", nil) }
    package static var novalidate: Attribute { Attribute("novalidate", nil) }
    package static var formnovalidate: Attribute { Attribute("formnovalidate", nil) }
    package static var `defer`: Attribute { Attribute("defer", nil) }
    package static var async: Attribute { Attribute("async", nil) }
    package static var reversed: Attribute { Attribute("reversed", nil) }
}
