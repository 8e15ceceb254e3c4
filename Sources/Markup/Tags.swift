// The elements of a document and its text, named like their tags.
//
// `html` writes the doctype as well, and the body of a document is `documentBody`, because `body`
// is what every view calls its content.

package func html(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("html", attributes, content()) }

package func head(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("head", attributes, content()) }

package func documentBody(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("body", attributes, content()) }

package func title(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("title", attributes, content()) }

package func header(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("header", attributes, content()) }

package func footer(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("footer", attributes, content()) }

package func main(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("main", attributes, content()) }

package func nav(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("nav", attributes, content()) }

package func section(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("section", attributes, content()) }

package func article(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("article", attributes, content()) }

package func aside(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("aside", attributes, content()) }

package func div(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("div", attributes, content()) }

package func h1(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("h1", attributes, content()) }

package func h2(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("h2", attributes, content()) }

package func h3(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("h3", attributes, content()) }

package func h4(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("h4", attributes, content()) }

package func p(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("p", attributes, content()) }

package func blockquote(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("blockquote", attributes, content()) }

package func pre(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("pre", attributes, content()) }

package func ul(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("ul", attributes, content()) }

package func ol(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("ol", attributes, content()) }

package func li(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("li", attributes, content()) }

package func dl(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("dl", attributes, content()) }

package func dt(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("dt", attributes, content()) }

package func dd(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("dd", attributes, content()) }

package func figure(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("figure", attributes, content()) }

package func figcaption(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("figcaption", attributes, content()) }

package func details(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("details", attributes, content()) }

package func summary(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("summary", attributes, content()) }

package func dialog(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("dialog", attributes, content()) }

package func template(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("template", attributes, content()) }

package func noscript(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("noscript", attributes, content()) }

package func a(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("a", attributes, content()) }

package func span(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("span", attributes, content()) }

package func strong(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("strong", attributes, content()) }

package func em(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("em", attributes, content()) }

package func b(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("b", attributes, content()) }

package func i(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("i", attributes, content()) }

package func small(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("small", attributes, content()) }

package func mark(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("mark", attributes, content()) }

package func code(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("code", attributes, content()) }

package func kbd(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("kbd", attributes, content()) }

package func samp(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("samp", attributes, content()) }

package func abbr(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("abbr", attributes, content()) }

package func time(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("time", attributes, content()) }

package func del(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("del", attributes, content()) }

package func ins(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("ins", attributes, content()) }

package func sub(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("sub", attributes, content()) }

package func sup(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("sup", attributes, content()) }

package func address(
    _ attributes: Attribute...,
    @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { .element("address", attributes, content()) }

package func meta(_ attributes: Attribute...) -> HTML { .void("meta", attributes) }
package func link(_ attributes: Attribute...) -> HTML { .void("link", attributes) }
package func br(_ attributes: Attribute...) -> HTML { .void("br", attributes) }
package func hr(_ attributes: Attribute...) -> HTML { .void("hr", attributes) }
package func wbr(_ attributes: Attribute...) -> HTML { .void("wbr", attributes) }
package func img(_ attributes: Attribute...) -> HTML { .void("img", attributes) }

/// A script in a file of ours; there are no scripts in pages.
package func script(_ attributes: Attribute...) -> HTML { .element("script", attributes, .empty) }
