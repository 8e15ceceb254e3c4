// Drawings: icons and charts. `svgText` is the element `text`.

package func svg(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("svg", attributes, content()) }

package func g(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("g", attributes, content()) }

package func path(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("path", attributes, content()) }

package func circle(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("circle", attributes, content()) }

package func ellipse(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("ellipse", attributes, content()) }

package func rect(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("rect", attributes, content()) }

package func line(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("line", attributes, content()) }

package func polyline(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("polyline", attributes, content()) }

package func polygon(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("polygon", attributes, content()) }

package func svgText(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("text", attributes, content()) }

package func tspan(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("tspan", attributes, content()) }

package func desc(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("desc", attributes, content()) }

package func defs(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("defs", attributes, content()) }

package func symbol(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("symbol", attributes, content()) }

package func use(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("use", attributes, content()) }

package func linearGradient(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("linearGradient", attributes, content()) }

package func stop(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("stop", attributes, content()) }

package func clipPath(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("clipPath", attributes, content()) }

package func pattern(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("pattern", attributes, content()) }
