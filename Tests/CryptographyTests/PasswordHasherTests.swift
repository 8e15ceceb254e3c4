import Cryptography
import Support
import Testing

@Suite struct PasswordHasherTests {
    private let hasher = PasswordHasher(cost: 4)

    /// Published test vectors of crypt_blowfish, under the prefix of today.
    @Test(arguments: [
        ("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ("", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
        (
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            "$2b$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
        ),
    ])
    func `known hashes are verified`(password: String, hash: String) async throws {
        #expect(try await hasher.verify(password, against: hash))
        #expect(try await !hasher.verify(password + "x", against: hash))
        #expect(try await !hasher.verify("x" + password, against: hash))
    }

    @Test func `a hash is bcrypt with the cost and a salt of its own`() async throws {
        let one = try await hasher.hash("correct horse")
        let other = try await hasher.hash("correct horse")
        #expect(one.hasPrefix("$2b$04$"))
        #expect(one.utf8.count == 60)
        #expect(one != other)
        #expect(try await hasher.verify("correct horse", against: one))
        #expect(try await !hasher.verify("Correct horse", against: one))
    }

    @Test func `passwords that agree in their first 72 bytes differ`() async throws {
        let start = String(repeating: "a", count: 72)
        for (one, other) in [(start, start + "b"), (start + "b", start + "c")] {
            let hash = try await hasher.hash(one)
            #expect(try await hasher.verify(one, against: hash))
            #expect(try await !hasher.verify(other, against: hash))
        }
    }

    @Test func `nothing after a NUL is ignored`() async throws {
        let hash = try await hasher.hash("abc\u{0}def")
        #expect(try await hasher.verify("abc\u{0}def", against: hash))
        for password in ["abc", "abc\u{0}", "abc\u{0}deg", ""] {
            #expect(try await !hasher.verify(password, against: hash))
        }
    }

    @Test func `the plain hash of a long password is not a password`() async throws {
        let long = String(repeating: "long ", count: 20)
        let hash = try await hasher.hash(long)
        let leaked = SHA256.hash(long)
        for password in [Base64URL.encode(leaked), Hex.encode(leaked)] {
            #expect(try await !hasher.verify(password, against: hash))
        }
    }

    @Test func `an accent may be typed in either way`() async throws {
        let hash = try await hasher.hash("caf\u{e9}")
        #expect(try await hasher.verify("cafe\u{301}", against: hash))
        #expect(try await !hasher.verify("cafe", against: hash))
    }

    @Test(arguments: [
        "", "x", "*0", "*1", "$2b$04$", "$1$abc$def", "plain text",
        "$2b$04$!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
        "$2b$99$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy",
        "$6$rounds=5000$abcdefgh$0123456789012345678901234567890123456789",
    ])
    func `what is no hash has no password`(hash: String) async throws {
        for password in ["", "x", hash] {
            #expect(try await !hasher.verify(password, against: hash))
        }
    }

    @Test func `an account that does not exist costs a turn of the same queue`() async throws {
        #expect(try await !hasher.verify("", against: nil))
        let slow = PasswordHasher(cost: 10, queueLimit: 1)
        let outcomes = await outcomes(of: 12) { try await slow.verify("x", against: nil) }
        #expect(outcomes.contains(.refused))
        #expect(!outcomes.contains(.matched))
    }

    @Test func `more passwords than may wait are refused, the others are answered`() async throws {
        let slow = PasswordHasher(cost: 9, queueLimit: 2)
        let hash = try await slow.hash("secret")
        let outcomes = await outcomes(of: 20) { try await slow.verify("secret", against: hash) }
        #expect(outcomes.contains(.refused))
        // Two may wait; a third is answered when the thread has taken one up by then.
        #expect(outcomes.count { $0 == .matched } >= 2)
        #expect(outcomes.allSatisfy { $0 == .matched || $0 == .refused })
        #expect(try await slow.verify("secret", against: hash))
    }

    @Test func `a hash of a lower cost is stale`() async throws {
        let hash = try await hasher.hash("x")
        #expect(!hasher.isStale(hash))
        #expect(PasswordHasher(cost: 5).isStale(hash))
        #expect(hasher.isStale("no hash"))
    }

    private enum Outcome { case matched, differed, refused, failed }

    private func outcomes(
        of count: Int,
        _ work: @escaping @Sendable () async throws -> Bool
    ) async -> [Outcome] {
        await withTaskGroup(of: Outcome.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do {
                        return try await work() ? .matched : .differed
                    } catch is PasswordHasher.Busy {
                        return .refused
                    } catch { return .failed }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
