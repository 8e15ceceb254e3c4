// The attributes of drawings. Numbers are written with a point and at most two decimals.

extension Attribute {
    package static func viewBox(_ value: String) -> Attribute { Attribute("viewBox", value) }
    package static func d(_ value: String) -> Attribute { Attribute("d", value) }
    package static func points(_ value: String) -> Attribute { Attribute("points", value) }
    package static func transform(_ value: String) -> Attribute { Attribute("transform", value) }
    package static func fill(_ value: String) -> Attribute { Attribute("fill", value) }
    package static func stroke(_ value: String) -> Attribute { Attribute("stroke", value) }
    package static func strokeWidth(_ value: String) -> Attribute {
        Attribute("stroke-width", value)
    }
    package static func strokeLinecap(_ value: String) -> Attribute {
        Attribute("stroke-linecap", value)
    }
    package static func strokeLinejoin(_ value: String) -> Attribute {
        Attribute("stroke-linejoin", value)
    }
    package static func strokeDasharray(_ value: String) -> Attribute {
        Attribute("stroke-dasharray", value)
    }
    package static func fillRule(_ value: String) -> Attribute { Attribute("fill-rule", value) }
    package static func fillOpacity(_ value: String) -> Attribute {
        Attribute("fill-opacity", value)
    }
    package static func textAnchor(_ value: String) -> Attribute { Attribute("text-anchor", value) }
    package static func dominantBaseline(_ value: String) -> Attribute {
        Attribute("dominant-baseline", value)
    }
    package static func preserveAspectRatio(_ value: String) -> Attribute {
        Attribute("preserveAspectRatio", value)
    }
    package static func stopColor(_ value: String) -> Attribute { Attribute("stop-color", value) }
    package static func offset(_ value: String) -> Attribute { Attribute("offset", value) }

    package static func x(_ value: Double) -> Attribute { Attribute("x", number(value)) }
    package static func y(_ value: Double) -> Attribute { Attribute("y", number(value)) }
    package static func x1(_ value: Double) -> Attribute { Attribute("x1", number(value)) }
    package static func y1(_ value: Double) -> Attribute { Attribute("y1", number(value)) }
    package static func x2(_ value: Double) -> Attribute { Attribute("x2", number(value)) }
    package static func y2(_ value: Double) -> Attribute { Attribute("y2", number(value)) }
    package static func cx(_ value: Double) -> Attribute { Attribute("cx", number(value)) }
    package static func cy(_ value: Double) -> Attribute { Attribute("cy", number(value)) }
    package static func r(_ value: Double) -> Attribute { Attribute("r", number(value)) }
    package static func rx(_ value: Double) -> Attribute { Attribute("rx", number(value)) }
    package static func ry(_ value: Double) -> Attribute { Attribute("ry", number(value)) }
    package static func dx(_ value: Double) -> Attribute { Attribute("dx", number(value)) }
    package static func dy(_ value: Double) -> Attribute { Attribute("dy", number(value)) }

    package static func width(_ value: Double) -> Attribute { Attribute("width", number(value)) }
    package static func height(_ value: Double) -> Attribute { Attribute("height", number(value)) }

    /// A coordinate as SVG reads it, for texts such as `.d` and `.points` as well.
    package static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let hundredths = Int64((value * 100).rounded())
        let whole = abs(hundredths) / 100
        let part = abs(hundredths) % 100
        let sign = hundredths < 0 ? "-" : ""
        if part == 0 { return "\(sign)\(whole)" }
        if part % 10 == 0 { return "\(sign)\(whole).\(part / 10)" }
        return "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
    }
}
