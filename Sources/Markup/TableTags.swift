// Tables.

package func table(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("table", attributes, content()) }

package func caption(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("caption", attributes, content()) }

package func colgroup(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("colgroup", attributes, content()) }

package func thead(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("thead", attributes, content()) }

package func tbody(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("tbody", attributes, content()) }

package func tfoot(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("tfoot", attributes, content()) }

package func tr(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("tr", attributes, content()) }

package func th(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("th", attributes, content()) }

package func td(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("td", attributes, content()) }

package func col(_ attributes: Attribute...) -> HTML { .void("col", attributes) }
