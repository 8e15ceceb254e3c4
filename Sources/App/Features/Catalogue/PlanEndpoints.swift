import Core
import Support
package import Web

/// The plans for everybody, and their changes for administrators.
package enum PlanEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/plans"),
        tag: "Plans",
        "List the plans for sale, in the order they are shown.",
        output: Page<PlanBody>.self,
        query: PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/plans/:id", PlanReference.self),
        tag: "Plans",
        "Show a plan, by its id or its slug.",
        output: PlanBody.self
    )
    static let listAll = Endpoint(
        Route(.get, "/api/v1/admin/plans"),
        tag: "Admin",
        "List all plans, retired ones too.",
        output: Page<PlanBody>.self,
        query: PageRequest.parameters
    )
    static let create = Endpoint(
        Route(.post, "/api/v1/admin/plans"),
        tag: "Admin",
        "Put a plan up for sale.",
        input: NewPlan.self,
        output: PlanBody.self,
        status: 201,
        problems: [.slugIsTaken],
        isIdempotent: true
    )
    static let change = Endpoint(
        Route(.put, "/api/v1/admin/plans/:id", ID<Plan>.self),
        tag: "Admin",
        "Change a plan.",
        details: "A new price takes the old one's place; whoever has bought keeps theirs.",
        input: PlanChangeBody.self,
        output: PlanBody.self,
        problems: [.slugIsTaken]
    )
    static let retire = Endpoint(
        Route(.delete, "/api/v1/admin/plans/:id", ID<Plan>.self),
        tag: "Admin",
        "Take a plan off sale.",
        output: NoBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: PublicContext.self) { request, context in
            try page(try await Plans(context.services).list(), request, "plans")
        }
        router.on(show, as: PublicContext.self) { _, context, reference in
            PlanBody(try await Plans(context.services).show(reference))
        }
        router.on(listAll, as: StaffContext.self) { request, context in
            let plans = try await Plans(context.services).list(includingRetired: true)
            return try page(plans, request, "all-plans")
        }
        router.on(create, as: AdminContext.self) { input, request, context in
            PlanBody(
                try await Plans(context.services).create(
                    try input.details(),
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(change, as: AdminContext.self) { input, request, context, id in
            PlanBody(
                try await Plans(context.services).change(
                    id,
                    try input.change(),
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(retire, as: AdminContext.self) { request, context, id in
            try await Plans(context.services).retire(id, actor: context.user.actor(request))
        }
    }

    /// A page of the few plans there are. The cursor holds a place and not a plan, so that one that
    /// is retired meanwhile loses no other.
    private static func page(
        _ plans: [PlanRecord],
        _ request: Request,
        _ list: String
    ) throws -> Page<PlanBody> {
        let part = try PageRequest(request, list: list, keys: 2)
        let sorted = plans.sorted { ($0.position, $0.id.text) < ($1.position, $1.id.text) }
        let rest = sorted.drop { plan in
            guard let after = part.after, let position = Int(after[0]) else { return false }
            return (plan.position, plan.id.text) <= (position, after[1])
        }
        return part.page(
            Array(rest.prefix(part.rowsToRead)),
            keys: { [String($0.position), $0.id.text] },
            { PlanBody($0) }
        )
    }
}

extension PlanReference: PathParameter {
    package init?(pathText: String) {
        if let id = ID<Plan>(pathText) {
            self = .id(id)
        } else {
            guard pathText.utf8.count <= 60 else { return nil }
            self = .slug(pathText)
        }
    }

    package var pathText: String {
        switch self {
        case .id(let id): id.text
        case .slug(let slug): slug
        }
    }
}
