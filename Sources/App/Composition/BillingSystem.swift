import Foundation
import HTTPClient
import HTTPServer
import Postgres
import Support
import Typesetting
import Web

/// One running instance: its servers, its worker, and how they end.
package final class BillingSystem: Sendable {
    package let services: Services
    private let api: Server?
    private let portal: Server?
    private let worker: Worker?
    private let tasks: TaskBag

    /// Starts an instance on a database that is up to date.
    package init(_ services: Services) throws {
        self.services = services
        let configuration = services.configuration
        if configuration.runsWeb {
            var limits = ServerLimits.standard
            limits.requestSeconds = configuration.requestSeconds
            limits.idleSeconds = configuration.idleSeconds
            // Panels keep their connections open between their questions.
            var apiLimits = limits
            apiLimits.connections = configuration.connections
            api = try Server(
                address: configuration.api.host,
                port: configuration.api.port,
                loops: 2,
                limits: apiLimits,
                log: services.log,
                handler: try APIRouter.make(services).handler
            )
            portal = try Server(
                address: configuration.portal.host,
                port: configuration.portal.port,
                loops: 1,
                limits: limits,
                log: services.log,
                handler: try PortalRouter.make(services).handler
            )
        } else {
            api = nil
            portal = nil
        }
        worker = configuration.runsWorker ? Worker(services) : nil
        tasks = TaskBag()
    }

    /// Where the API listens, for a configuration that left the port open.
    package var apiPort: Int? { api?.port }
    package var portalPort: Int? { portal?.port }

    /// Begins to answer and to work.
    package func start() {
        tasks.add { await self.services.notices.run() }
        tasks.add { await SandboxClock(self.services).follow() }
        tasks.add { await SpareMemory.watch() }
        if api != nil { tasks.add { await self.services.licenseCache.run() } }
        if let worker { tasks.add { await worker.run() } }
        api?.start()
        portal?.start()
    }

    /// Reads the fonts before anybody waits for a document, and says so when there are none.
    package func warmUp() {
        guard api != nil else { return }
        tasks.add { [services] in
            do {
                try await services.typesetter.warmUp()
            } catch {
                services.log.error("documents cannot be made", ["error": "\(error)"])
            }
        }
    }

    /// Answers what was accepted, finishes the jobs that run, and disconnects.
    package func stop(deadlineSeconds: Double = 10) async {
        worker?.stop()
        await api?.stop(deadlineSeconds: deadlineSeconds)
        await portal?.stop(deadlineSeconds: deadlineSeconds)
        await worker?.waitUntilEnded(deadlineSeconds: deadlineSeconds)
        await tasks.cancelAll()
        services.http.close()
        await services.database.close()
        services.notices.close()
    }
}
