/// Another document inside the page, such as a mail that was received.
///
/// Strangers' markup goes into `.attribute("srcdoc", …)` and is locked up by
/// `.attribute("sandbox", "")`.
package func iframe(_ attributes: Attribute...) -> HTML {
    .element("iframe", attributes, .empty)
}
