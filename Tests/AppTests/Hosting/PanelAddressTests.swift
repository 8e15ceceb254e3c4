import Testing

@testable import App

@Suite struct PanelAddressTests {
    @Test(arguments: [
        ("https://panel.example.com", "https://panel.example.com"),
        ("https://panel.example.com:9000/", "https://panel.example.com:9000"),
        ("HTTPS://Panel.Example.COM", "https://panel.example.com"),
        ("https://panel", "https://panel"),
        ("https://192.168.10.203:9000", "https://192.168.10.203:9000"),
        ("https://a1.3com.example", "https://a1.3com.example"),
    ])
    func `an address is kept in one form`(text: String, expected: String) throws {
        #expect(try PanelAddress(text, allowsInsecure: false).text == expected)
    }

    @Test(arguments: [
        "", "panel.example.com", "ftp://panel.example.com", "https://", "https://user@host",
        "https://host/path", "https://host?x=1", "https://host#x", "https://host:0",
        "https://host:65536", "https://host:", "https://host:80:81", "https://-host",
        "https://ho st", "https://höst.example", "https://[::1]", "https://2852039166",
        "https://0xa9fea9fe", "https://169.254.43518", "https://0251.0376.0251.0376",
        "https://1.2.3.256", "https://host.", "https://a..b", "https://host\n",
    ])
    func `what is no address is refused`(text: String) {
        #expect(throws: PanelAddress.Refusal.malformed) {
            try PanelAddress(text, allowsInsecure: true)
        }
    }

    @Test(arguments: [
        "http://169.254.169.254", "http://169.254.0.1:80", "http://0.0.0.0", "http://0.1.2.3",
        "http://224.0.0.1", "http://255.255.255.255", "http://100.100.100.200",
        "http://192.0.0.192", "http://metadata", "http://metadata.google.internal",
    ])
    func `an address of the machine's own network is refused`(text: String) {
        #expect(throws: PanelAddress.Refusal.internalAddress) {
            try PanelAddress(text, allowsInsecure: true)
        }
    }

    @Test func `secrets are not sent in clear unless that is allowed`() throws {
        #expect(throws: PanelAddress.Refusal.insecure) {
            try PanelAddress("http://panel.example.com", allowsInsecure: false)
        }
        let allowed = try PanelAddress("http://127.0.0.1:9000", allowsInsecure: true)
        #expect(allowed.text == "http://127.0.0.1:9000")
    }
}
