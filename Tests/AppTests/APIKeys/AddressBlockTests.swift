import Testing
import Wire

@testable import App

@Suite struct AddressBlockTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("192.0.2.7/32", "192.0.2.7"), ("10.0.0.0/8", "10.255.1.2"),
        ("0.0.0.0/0", "203.0.113.9"), ("192.0.2.128/25", "192.0.2.129"),
        ("172.16.0.0/12", "172.31.255.255"), ("2001:db8::/32", "2001:db8:1::5"),
        ("2001:db8::1", "2001:DB8:0:0:0:0:0:1"), ("::/0", "fe80::1"), ("::1", "::1"),
        ("10.0.0.0/8", "::ffff:10.1.2.3"), ("::ffff:10.0.0.0/104", "10.9.9.9"),
        ("2001:db8::8000/113", "2001:db8::ffff"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func `an address lies in a block`(block: String, address: String) throws {
        let block = try #require(AddressBlock(block))
        #expect(block.contains(try #require(IPAddress(address))))
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.8"), ("10.0.0.0/8", "11.0.0.0"), ("192.0.2.128/25", "192.0.2.127"),
        ("172.16.0.0/12", "172.32.0.0"), ("2001:db8::/32", "2001:db9::"),
        ("0.0.0.0/0", "2001:db8::1"), ("2001:db8::8000/113", "2001:db8::7fff"),
        ("::1", "127.0.0.1"), ("10.0.0.0/9", "10.128.0.0"),
    ])
    func `an address lies outside a block`(block: String, address: String) throws {
        let block = try #require(AddressBlock(block))
        #expect(!block.contains(try #require(IPAddress(address))))
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8",
        "10.0.0.1/8", "2001:db8::1/64", "2001:db8::/129", "10.0.0", "10.0.0.0.0", "10.0.0.256",
        "010.0.0.0", "10.0.0.x", " 10.0.0.1", "10.0.0.1 ", "١٠.0.0.1", "localhost", ":", ":::",
        "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::12345", "::g",
        "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "1.2.3.4::", "10.0.0.0/08x",
    ])
    func `what is neither address nor network is refused`(text: String) {
        #expect(AddressBlock(text) == nil)
    }
}
