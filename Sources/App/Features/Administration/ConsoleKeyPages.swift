import Core
import Markup
import Postgres
import Support
import Web
import Wire

/// The keys of panels as administrators make and revoke them.
enum ConsoleKeyPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleKeyRoutes.list, as: AdminContext.self, list)
        router.on(ConsoleKeyRoutes.export, as: AdminContext.self, export)
        router.on(ConsoleKeyRoutes.new, as: AdminContext.self, new)
        router.on(ConsoleKeyRoutes.create, as: AdminContext.self, create)
        router.on(ConsoleKeyRoutes.askRevoke, as: AdminContext.self, askRevoke)
        router.on(ConsoleKeyRoutes.revoke, as: AdminContext.self, revoke)
    }

    private static func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        let page = try await KeyFilter(sorting: Sorting(request)).page(
            request,
            context,
            file: ConsoleKeyRoutes.export.path()
        )
        return PortalPage.console(title: "API keys", section: .apiKeys, request, context) {
            KeyListView(page: page)
        }
    }

    private static func export(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        KeyFilter(sorting: Sorting(request)).export(context)
    }

    private static func new(_ request: Request, _ context: AdminContext) async throws -> Response {
        let form = FormErrors(
            typed: FormFields(PanelScope.allCases.map { .init("scopes", $0.rawValue) }),
            messages: [:]
        )
        return formPage(request, context, form)
    }

    /// The answer is a page and not a redirect: the secret is in it and nowhere else.
    private static func create(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let name = form.text("name", length: 1...100)
        let scopes = form.all("scopes").compactMap { PanelScope(rawValue: $0) }
        if scopes.isEmpty { form.fail("scopes", "Choose at least one.") }
        let blocks = addresses(&form)
        do {
            let (name, blocks) = try form.values(name, blocks)
            let new = NewAPIKey(name: name, scopes: scopes, allowedAddresses: blocks)
            let made = try await APIKeys(context.services).create(
                new,
                by: context.user.id,
                actor: context.user.actor(request)
            )
            return PortalPage.console(title: "New API key", section: .apiKeys, request, context) {
                NewKeyView(key: made.key, secret: made.secret)
            }.with("Cache-Control", "no-store")
        } catch let errors as FormErrors {
            return formPage(request, context, errors, status: 422)
        }
    }

    /// One address or network a line; none allows all.
    private static func addresses(_ form: inout FormReader) -> [AddressBlock]? {
        guard let text = form.lines("addresses", length: 0...4_000) else { return nil }
        var blocks: [AddressBlock] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "," }) {
            guard let block = AddressBlock(String(word)) else {
                form.fail("addresses", "“\(word)” is not \(AddressBlock.requirement).")
                return nil
            }
            blocks.append(block)
        }
        if blocks.count > 50 { form.fail("addresses", "Enter at most 50 addresses.") }
        return blocks
    }

    private static func formPage(
        _ request: Request,
        _ context: AdminContext,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "New API key",
            section: .apiKeys,
            request,
            context,
            status: status
        ) { KeyFormView(form: form, token: context.csrfToken) }
    }

    private static func askRevoke(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<APIKey>
    ) async throws -> Response {
        let key = try await context.services.database.transaction(for: .system) {
            try $0.apiKey(id).orThrow(Problem.notFound)
        }
        return PortalPage.console(title: "Revoke a key", section: .apiKeys, request, context) {
            ConfirmationView(
                heading: "Revoke “\(key.name)”?",
                back: ("API keys", ConsoleKeyRoutes.list.path()),
                consequences: [
                    "Panels that use \(key.key) are refused at once: they cannot check licences or "
                        + "report usage until they have another key.",
                    "A revoked key stays revoked.",
                ],
                path: ConsoleKeyRoutes.revoke.path(id),
                token: context.csrfToken,
                confirm: "Revoke the key"
            )
        }
    }

    private static func revoke(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<APIKey>
    ) async throws -> Response {
        try await APIKeys(context.services).revoke(id, actor: context.user.actor(request))
        return PortalPage.redirect(
            to: ConsoleKeyRoutes.list.path(),
            context,
            saying: "The key is revoked."
        )
    }
}

extension KeyFilter {
    static let name = ListName.consoleKeys
    /// Without the secrets, which nobody sees twice.
    static let file: [FileColumn<APIKeyRecord>] = [
        FileColumn("Identifier") { $0.id.text },
        FileColumn("Name") { $0.name },
        FileColumn("Key") { $0.key },
        FileColumn("May") { $0.scopes.joined(separator: " ") },
        FileColumn("From") { $0.allowedAddresses.joined(separator: " ") },
        FileColumn("Made") { $0.createdAt.rfc3339 },
        FileColumn("Last used") { $0.lastUsedAt?.rfc3339 ?? "" },
        FileColumn("Revoked") { $0.revokedAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { false }
}
