import Cryptography
import Support
import Testing

@Suite struct SigningKeyTests {
    /// RFC 8032, 7.1, test 1.
    private let ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """

    @Test func `a key of Ed25519 signs as RFC 8032 has it`() throws {
        let key = try SigningKey(pem: ed25519)
        #expect(key.kind == .ed25519)
        #expect(
            Hex.encode(try key.sign([]))
                == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        )
        #expect(!"\(key)".contains("45"))
    }

    @Test(
        arguments: [
            "", "key", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
            // A public key, an elliptic curve that no mail server knows, a key with a password.
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
            -----END PUBLIC KEY-----
            """,
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq
            -----END PRIVATE KEY-----
            """,
            """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjvXU/EETzdGQICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELfPVCwfoDEiR9bqP6GFIK0EQIZj
            GImbnaOGM0l0suNovc5c5t+D26ejISrGeSImptGu4edA/l79pBhwBnAEyRvRV6ob
            8HgAFI5Q34xthrnWwes=
            -----END ENCRYPTED PRIVATE KEY-----
            """,
        ]
    )
    func `what is no open private key of a known kind is refused`(pem: String) {
        #expect(throws: CryptographyError.badKey) { try SigningKey(pem: pem) }
    }
}
