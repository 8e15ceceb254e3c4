import Testing
import Wire

@Suite struct HealthTests {
    @Test func `a running instance says that it is ready`() async throws {
        try await TestApp.run { app in
            let health = try await app.api.get("/health")
            #expect(health.status == 200)
            let ready = try await eventually("ready") {
                let answer = try await app.api.get("/ready")
                return answer.status == 200 ? answer : nil
            }
            #expect(ready.json["database"]?.bool == true)
        }
    }
}
