import Markup

/// Amounts side by side, drawn on the server; a table says the same to those who do not see it.
struct BarChart: View {
    /// One bar.
    struct Bar: Sendable {
        let name: String
        let value: Int64
        /// The value as people read it.
        let text: String
    }

    let caption: String
    let columns: (name: String, value: String)
    let bars: [Bar]

    private static let height = 120.0
    private static let width = 24.0
    private static let gap = 6.0

    var body: HTML {
        figure(.classes("chart")) {
            svg(
                .viewBox(viewBox),
                .attribute("preserveAspectRatio", "none"),
                .decorative
            ) {
                for (place, bar) in bars.enumerated() { drawing(of: bar, place) }
            }
            if let first = bars.first, let last = bars.last {
                div(.classes("spread", "soft", "small"), .decorative) {
                    span { first.name }
                    span { last.name }
                }
            }
            table(.classes("visually-hidden")) {
                Markup.caption { caption }
                thead {
                    tr {
                        th(.scope("col")) { columns.name }
                        th(.scope("col")) { columns.value }
                    }
                }
                tbody {
                    for bar in bars {
                        tr {
                            td { bar.name }
                            td { bar.text }
                        }
                    }
                }
            }
        }
    }

    private var viewBox: String {
        "0 0 \(Attribute.number(totalWidth)) \(Attribute.number(BarChart.height))"
    }

    private var totalWidth: Double {
        max(1, Double(bars.count) * (BarChart.width + BarChart.gap) - BarChart.gap)
    }

    private func drawing(of bar: Bar, _ place: Int) -> HTML {
        let most = Double(max(1, bars.map(\.value).max() ?? 1))
        // Nothing is still seen to be a bar.
        let height = max(2, Double(bar.value) / most * BarChart.height)
        return rect(
            .x(Double(place) * (BarChart.width + BarChart.gap)),
            .y(BarChart.height - height),
            .width(BarChart.width),
            .height(height),
            .rx(3)
        ) { Markup.title { "\(bar.name): \(bar.text)" } }
    }
}
