import StripeGateway
import Testing
import Wire

@Suite struct StripeEncodingTests {
    @Test func `parameters are encoded as Stripe's own library does`() throws {
        for example in try StripeReference.cases("form-encoding") {
            let parameters = try #require(example["params"])
            let expected = try #require(example["urlencoded"]?.string)
            let form = StripeParameters(json: parameters).form
            #expect(form == FormFields(parsing: expected), "\(example.text)")
        }
    }

    @Test func `every byte that has a meaning in a form is escaped`() {
        var parameters: StripeParameters = ["note": "a+b=c&d;e ü~"]
        parameters.add("list[0]", "{X}")
        #expect(
            parameters.form.encoded == "note=a%2Bb%3Dc%26d%3Be+%C3%BC%7E&list%5B0%5D=%7BX%7D"
        )
    }

    @Test func `texts by name keep one order, so that a repeated call sends the same bytes`() {
        let parameters = StripeParameters(["b": "2", "a": "1", "c": "3"])
        #expect(parameters.form.encoded == "a=1&b=2&c=3")
    }
}

extension StripeParameters {
    fileprivate init(json: JSON) {
        self.init()
        for member in json.members ?? [] { add(member.name, Value(json: member.value)) }
    }
}

extension StripeParameters.Value {
    fileprivate init(json: JSON) {
        switch json {
        case .null, .number: self = .absent
        case .bool(let flag): self = .flag(flag)
        case .integer(let integer): self = .integer(integer)
        case .string(let text): self = .text(text)
        case .array(let elements): self = .list(elements.map(Self.init(json:)))
        case .object: self = .fields(StripeParameters(json: json))
        }
    }
}
