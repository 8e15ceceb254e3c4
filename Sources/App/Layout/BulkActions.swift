import Core
import Markup
import Postgres
import Support
import Web
import Wire

/// Something that is done to several objects at once: to each by the operation that does it to one.
struct BulkAction<Kind: Identified & SendableMetatype>: Sendable {
    /// What the button sends.
    let name: String
    /// The button above the list.
    let button: String
    /// What is asked about so many, such as “3 jobs”.
    let question: @Sendable (_ objects: String) -> String
    /// What will happen, a paragraph each.
    let consequences: [String]
    let confirm: String
    var style = ButtonStyle.primary
    let perform: @Sendable (ID<Kind>, Services, Actor) async throws -> Void
}

/// What can be done to several objects of a kind, with the page that asks and the one that tells.
struct BulkPages<Kind: Identified & SendableMetatype>: Sendable {
    /// One part of a list at most.
    private static var most: Int { Listing.length }

    let section: ConsoleSection
    let list: (text: String, path: String)
    let path: String
    /// One of them and many, such as “job” and “jobs”.
    let words: (one: String, many: String)
    let actions: [BulkAction<Kind>]
    /// What people call an object; nil when there is none such.
    let label: @Sendable (ID<Kind>, Session) throws -> String?

    /// Asks whether it shall be done to all of them.
    func ask(_ request: Request, _ context: BillingContext) async throws -> Response {
        guard let choice = BulkChoice(request.query, self) else { return nothing(context) }
        let labels = try await labels(of: choice.ids, context.services)
        let found = choice.ids.filter { labels[$0] != nil }
        guard !found.isEmpty else { return nothing(context) }
        let action = choice.action
        return page(request, context) {
            ConfirmationView(
                heading: action.question(counted(found.count, words.one, words.many)),
                back: list,
                consequences: action.consequences,
                path: path,
                token: context.csrfToken,
                confirm: action.confirm,
                style: action.style,
                fields: fields(action, found, labels)
            )
        }
    }

    @HTMLBuilder private func fields(
        _ action: BulkAction<Kind>,
        _ ids: [ID<Kind>],
        _ labels: [ID<Kind>: String]
    ) -> HTML {
        input(.type("hidden"), .name("action"), .value(action.name))
        ul(.classes("stack-s"), .role("list")) {
            for id in ids {
                li {
                    input(.type("hidden"), .name("id"), .value(id.text))
                    labels[id] ?? id.text
                }
            }
        }
    }

    /// Does it to one after the other, and tells what came of each. One that is refused keeps none
    /// of the others from being done.
    func perform(_ request: Request, _ context: BillingContext) async throws -> Response {
        guard let choice = BulkChoice(try request.form(), self) else { return nothing(context) }
        let labels = try await labels(of: choice.ids, context.services)
        var outcomes: [BulkOutcome] = []
        for id in choice.ids {
            let refusal = try await refusal(of: choice.action, id, request, context)
            outcomes.append(BulkOutcome(label: labels[id] ?? id.text, refusal: refusal))
        }
        let told = outcomes
        return page(request, context) { BulkResultView(outcomes: told, back: list) }
    }

    /// Why it was not done to an object; nil when it was.
    private func refusal(
        of action: BulkAction<Kind>,
        _ id: ID<Kind>,
        _ request: Request,
        _ context: BillingContext
    ) async throws -> String? {
        do {
            try await action.perform(id, context.services, context.user.actor(request))
            return nil
        } catch let problem as Problem {
            return problem == .notFound ? "It is not there any more." : problem.detail
        } catch let failure as RemoteFailure {
            return "That did not work. \(failure.detail)"
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // The others were done or will be: a page of errors would hide that.
            context.services.log.error(
                "one of several was not done",
                ["action": action.name, "object": id.text, "error": "\(error)"]
            )
            return "Something went wrong here. The log of the program says what."
        }
    }

    private func labels(
        of ids: [ID<Kind>],
        _ services: Services
    ) async throws -> [ID<Kind>: String] {
        try await services.database.transaction(for: .system) { [label] session in
            var labels: [ID<Kind>: String] = [:]
            for id in ids { labels[id] = try label(id, session) }
            return labels
        }
    }

    private func nothing(_ context: BillingContext) -> Response {
        PortalPage.redirect(
            to: list.path,
            context,
            .failure,
            saying: "Tick what you mean first: between one and \(BulkPages.most) \(words.many)."
        )
    }

    private func page(
        _ request: Request,
        _ context: BillingContext,
        @HTMLBuilder content: () -> HTML
    ) -> Response {
        PortalPage.console(title: list.text, section: section, request, context, content: content)
    }

    /// What was chosen on a list or confirmed; nil for nothing, too much, and what cannot be read.
    private struct BulkChoice {
        let action: BulkAction<Kind>
        let ids: [ID<Kind>]

        init?(_ fields: FormFields, _ pages: BulkPages<Kind>) {
            guard let action = pages.actions.first(where: { $0.name == fields["action"] }) else {
                return nil
            }
            var ids: [ID<Kind>] = []
            for text in fields.all("id") {
                guard let id = ID<Kind>(text) else { return nil }
                if !ids.contains(id) { ids.append(id) }
                guard ids.count <= BulkPages.most else { return nil }
            }
            guard !ids.isEmpty else { return nil }
            self.action = action
            self.ids = ids
        }
    }
}

/// What came of one object.
struct BulkOutcome: Sendable {
    let label: String
    /// Why it was not done; nil when it was.
    let refusal: String?
}

/// What came of all of them.
struct BulkResultView: View {
    let outcomes: [BulkOutcome]
    let back: (text: String, path: String)

    private var refused: Int { outcomes.count { $0.refusal != nil } }

    private var summary: String {
        let done = "\(outcomes.count - refused) done"
        return refused == 0 ? done : "\(done), \(refused) refused"
    }

    var body: HTML {
        PageHeading(summary, back: back)
        Card(isFlush: true) { BulkOutcomes(outcomes: outcomes) }
    }
}

/// What came of each of several, one a row.
struct BulkOutcomes: View {
    let outcomes: [BulkOutcome]

    var body: HTML {
        DataTable(
            "What came of each",
            ["Which", "Result", "Reason"],
            outcomes.map { each in
                DataTable.Row {
                    each.label
                    each.refusal == nil ? Badge("Done", .success) : Badge("Refused", .failure)
                    each.refusal ?? "–"
                }
            }
        ).body
    }
}

/// What can be done to several rows of a list: a box in each, and a button for each action.
struct BulkSelection<Row: Sendable>: Sendable {
    let path: String
    let actions: [(name: String, text: String)]
    /// The identifier and the name of a row; nil for one that nothing can be done to.
    let object: @Sendable (Row) -> (id: String, label: String)?

    /// The heading of the boxes; where scripts run, with one that ticks them all.
    var heading: DataTable.Column {
        DataTable.Column(
            "Choose",
            content: HTML {
                span(.classes("visually-hidden")) { "Choose" }
                Markup.label(.classes("check", "js-only")) {
                    input(.type("checkbox"), .data("all", "id"))
                    span(.classes("visually-hidden")) { "Choose all on this page" }
                }
            }
        )
    }

    /// The box of a row.
    func box(_ row: Row) -> HTML {
        guard let each = object(row) else { return .empty }
        return Markup.label(.classes("check")) {
            input(.type("checkbox"), .name("id"), .value(each.id), .form("choice"))
            span(.classes("visually-hidden")) { "Choose \(each.label)" }
        }
    }

    /// The buttons, which lead to a page that asks.
    var buttons: HTML {
        form(get: path, .id("choice"), .classes("row")) {
            for action in actions {
                SubmitButton(
                    action.text,
                    .secondary,
                    size: .small,
                    choice: ("action", action.name)
                )
            }
        }
    }
}

extension BulkSelection {
    init<Kind: Identified & SendableMetatype>(
        _ pages: BulkPages<Kind>,
        _ object: @escaping @Sendable (Row) -> (id: ID<Kind>, label: String)?
    ) {
        path = pages.path
        actions = pages.actions.map { ($0.name, $0.button) }
        self.object = { row in object(row).map { ($0.id.text, $0.label) } }
    }
}
