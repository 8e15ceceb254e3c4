import Core
import FoundationEssentials
import Markup
import Postgres
import Support
import Web

/// Licences as staff see them and change their status.
enum ConsoleLicensePages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleCustomerRoutes.license, as: StaffContext.self, show)
        router.on(ConsoleCustomerRoutes.setLicense, as: BillingContext.self, setStatus)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<License>
    ) async throws -> Response {
        let file = try await LicenseFile.read(id, context.services)
        return page(request, context, file, LicenseFile.form(file.license))
    }

    private static func setStatus(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<License>
    ) async throws -> Response {
        let file = try await LicenseFile.read(id, context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            page(request, context, file, errors, status: status)
        } _: { form in
            let chosen = form.choice("status", LicenseStatus.self)
            let isSure = form.flag("sure")
            let (status) = try form.values(chosen)
            if status != .active, status != file.license.status, !isSure {
                form.fail("sure", "Tick this to go on.")
                try form.check()
            }
            _ = try await Licenses(context.services).setStatus(
                status,
                of: id,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleCustomerRoutes.license.path(id),
                context,
                saying: "The licence is \(status.badge.text.lowercased()). Panels heed it at once."
            )
        }
    }

    private static func page(
        _ request: Request,
        _ context: UserContext<some AccessLevel>,
        _ file: LicenseFile,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Licence …\(file.license.keyHint)",
            section: .customers,
            request,
            context,
            status: status
        ) {
            LicenseFileView(
                file: file,
                form: form,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }
}

/// Everything that staff see of one licence.
struct LicenseFile: Sendable {
    let license: LicenseRecord
    /// What the licence is now, which a date that has passed may have changed.
    let status: LicenseStatus
    let customer: CustomerRecord
    let history: [StoredAuditEntry]

    static func read(_ id: ID<License>, _ services: Services) async throws -> LicenseFile {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let license = try session.license(id).orThrow(Problem.notFound)
            return LicenseFile(
                license: license,
                status: license.status(at: now),
                customer: try session.customer(license.customer).orThrow(Problem.notFound),
                history: try session.newestAuditEntries(
                    ofType: License.idPrefix,
                    id: id.text,
                    most: 50
                )
            )
        }
    }

    static func form(_ license: LicenseRecord) -> FormErrors {
        FormErrors(values: ["status": license.status.rawValue])
    }
}

/// One licence, what is used of it, and its status to be changed.
struct LicenseFileView: View {
    let file: LicenseFile
    let form: FormErrors
    let token: String
    let rights: ConsoleRights

    private var license: LicenseRecord { file.license }

    var body: HTML {
        PageHeading(
            "Licence …\(license.keyHint)",
            badge: file.status.badge,
            back: (file.customer.name, ConsoleCustomerRoutes.show.path(license.customer))
        )
        div(.classes("stack")) {
            div(.classes("grid")) {
                Card("Licence") { Facts(facts) }
                Card("What is used") {
                    div(.classes("stack-s")) {
                        for resource in LicensedResource.allCases {
                            QuotaBar(
                                resource.rawValue.capitalized,
                                used: license.used[resource] ?? 0,
                                of: license.quotas[resource]
                            )
                        }
                    }
                }
            }
            if rights.movesMoney { change }
            AuditCard(entries: file.history, log: rights.log(of: license.id.text))
        }
    }

    private var facts: [Facts.Fact] {
        [
            Facts.Fact("Customer") {
                a(.href(ConsoleCustomerRoutes.show.path(license.customer))) { file.customer.name }
            },
            Facts.Fact("Plan") { license.planName },
            Facts.Fact("Expires") {
                if let at = license.expiresAt { Moment(at) } else { "Never" }
            },
            Facts.Fact("Made") { Moment(license.createdAt) },
            Facts.Fact("Identifier") { ShortID(license.id.text) },
        ]
    }

    private var change: HTML {
        Card("Change its status") {
            Markup.form(
                to: ConsoleCustomerRoutes.setLicense.path(license.id),
                token: token,
                .classes("form", "narrow-left")
            ) {
                FormField(
                    "Status",
                    "status",
                    form,
                    .select(LicenseStatus.allCases.map { ($0.rawValue, $0.badge.text) })
                )
                div(.classes("stack-s")) {
                    CheckBox(
                        "I know what this does",
                        "sure",
                        isChecked: false,
                        hint: "Any status but Active makes panels refuse new accounts, domains, "
                            + "databases and mailboxes at once. What is there goes on."
                    )
                    if let message = form.message("sure") {
                        FieldMessage(message, id: "field-sure-error")
                    }
                }
                div(.classes("row")) { SubmitButton("Change the status", .danger) }
            }
        }.body
    }
}
