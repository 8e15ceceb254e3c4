import Core
import Markup
import Postgres
import Web
import Wire

/// What administrators set for the whole system.
enum ConsoleSettingPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleRoutes.settings, as: AdminContext.self, show)
        router.on(ConsoleRoutes.saveCompany, as: AdminContext.self, saveCompany)
        router.on(ConsoleRoutes.saveMail, as: AdminContext.self, saveMail)
        router.on(ConsoleRoutes.saveRenewals, as: AdminContext.self, saveRenewals)
        router.on(ConsoleRoutes.saveDocuments, as: AdminContext.self, saveDocuments)
        router.on(ConsoleRoutes.saveLogo, as: AdminContext.self, saveLogo)
    }

    private static func show(_ request: Request, _ context: AdminContext) async throws -> Response {
        let file = try await SettingFile.read(context.services)
        return page(request, context, file)
    }

    private static func saveCompany(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let file = try await SettingFile.read(context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            page(request, context, file, company: errors, status: status)
        } _: { form in
            let company = try CompanyForm.read(&form)
            _ = try await Settings(context.services).change(
                company: company,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleRoutes.settings.path(),
                context,
                saying: "The company is saved. Invoices that are issued already stay as they are."
            )
        }
    }

    private static func saveDocuments(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let file = try await SettingFile.read(context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            page(request, context, file, documents: errors, status: status)
        } _: { form in
            let settings = try DocumentSettingsCard.read(&form)
            let looks = DocumentLooks(context.services)
            let actor = context.user.actor(request)
            try await looks.change(settings, actor: actor)
            return PortalPage.redirect(
                to: ConsoleRoutes.settings.path(),
                context,
                saying: "Documents look so from now on. Those that are made stay as they are."
            )
        }
    }

    /// Takes a file as the logo, or removes the one that there is.
    private static func saveLogo(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let form = try request.multipartForm()
        let isRemoved = form.fields["remove_logo"] != nil
        let bytes = isRemoved ? [] : form.file("logo")?.bytes
        do {
            guard let bytes else {
                throw Problem.invalid("logo", "required", "Choose a PNG file.")
            }
            try await DocumentLooks(context.services)
                .change(logo: bytes, actor: context.user.actor(request))
        } catch let problem as Problem where problem.status == 422 {
            return PortalPage.redirect(
                to: ConsoleRoutes.settings.path(),
                context,
                .failure,
                saying: "The logo was not taken: "
                    + (problem.errors.first?.message ?? problem.detail)
            )
        }
        return PortalPage.redirect(
            to: ConsoleRoutes.settings.path(),
            context,
            saying: isRemoved ? "The logo is removed." : "Documents have the logo from now on."
        )
    }

    private static func saveRenewals(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let file = try await SettingFile.read(context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            page(request, context, file, renewals: errors, status: status)
        } _: { form in
            let monthly = form.integer("monthly_lead_days", RenewalLead.possibleDays)
            let yearly = form.integer("yearly_lead_days", RenewalLead.possibleDays)
            let creditsUnusedTime = form.flag("credits_unused_time")
            let kept = form.optionalInteger(
                "account_retention_days",
                AccountRetention.possibleDays
            )
            let days = try form.values(monthly, yearly)
            _ = try await Settings(context.services).change(
                creditsUnusedTime: creditsUnusedTime,
                renewalLead: RenewalLead(monthlyDays: days.0, yearlyDays: days.1),
                accountRetention: AccountRetention(days: kept),
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleRoutes.settings.path(),
                context,
                saying: "Renewals are billed so from now on. What is billed already stays."
            )
        }
    }

    private static func saveMail(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let form = FormReader(try request.form())
        _ = try await Settings(context.services).change(
            welcomeMailShowsPassword: form.flag("welcome_mail_shows_password"),
            actor: context.user.actor(request)
        )
        return PortalPage.redirect(
            to: ConsoleRoutes.settings.path(),
            context,
            saying: "The mail settings are saved."
        )
    }

    private static func page(
        _ request: Request,
        _ context: AdminContext,
        _ file: SettingFile,
        company: FormErrors? = nil,
        documents: FormErrors? = nil,
        renewals: FormErrors? = nil,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Settings",
            section: .settings,
            request,
            context,
            status: status
        ) {
            SettingsView(
                file: file,
                form: company ?? CompanyForm.values(of: file.values.company),
                documents: documents ?? DocumentSettingsCard.values(of: file.look.settings),
                renewals: renewals ?? RenewalSettingsCard.values(of: file.values),
                token: context.csrfToken
            )
        }
    }
}

/// The settings with what was done to them.
struct SettingFile: Sendable {
    let values: Settings.Values
    let look: DocumentLook
    let history: [StoredAuditEntry]

    static func read(_ services: Services) async throws -> SettingFile {
        let values = try await Settings(services).show()
        return try await services.database.transaction(for: .system) { session in
            SettingFile(
                values: values,
                look: try session.documentLook(),
                history: try session.newestAuditEntries(ofType: "settings", id: "all", most: 10)
            )
        }
    }
}

/// What stands in the form of the company.
enum CompanyForm {
    static func values(of company: Company) -> FormErrors {
        FormErrors(values: [
            "name": company.name, "email": company.email, "line1": company.line1,
            "city": company.city, "postal_code": company.postalCode, "country": company.country,
            "phone_country_code": company.phone.countryCode, "phone": company.phone.number,
        ])
    }

    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader) throws -> Company {
        let name = form.text("name")
        let email = form.parse("email", "Enter an e-mail address.") { EmailAddress($0) }
        let line1 = form.text("line1")
        let city = form.text("city", length: 1...100)
        let postalCode = form.text("postal_code", length: 1...16)
        let country = form.parse("country", "Choose one of the countries.") {
            Countries.names[$0] == nil ? nil : $0
        }
        let code = form.parse("phone_country_code", "Enter 1 to 3 digits, such as 44.") {
            digits($0, 1...3)
        }
        let number = form.parse("phone", "Enter 4 to 14 digits.") { digits($0, 4...14) }
        let values = try form.values(name, email, line1, city, postalCode, country, code, number)
        return Company(
            name: values.0,
            email: values.1.text,
            line1: values.2,
            city: values.3,
            postalCode: values.4,
            country: values.5,
            phone: CustomerRecord.Phone(countryCode: values.6, number: values.7)
        )
    }

    private static func digits(_ text: String, _ length: ClosedRange<Int>) -> String? {
        let rest = text.filter { !" -()./+".contains($0) }
        let isNumber = rest.utf8.allSatisfy { (48...57).contains($0) }
        return isNumber && length.contains(rest.utf8.count) ? rest : nil
    }
}
