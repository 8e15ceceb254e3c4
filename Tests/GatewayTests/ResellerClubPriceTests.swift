import Core
import HTTPServer
import RegistrarGateway
import Testing

extension ResellerClubTests {
    @Test func `what a name costs is read from the list of what the reseller pays`() async throws {
        try await withRegistrar { request in
            switch request.path {
            case "/api/products/category-keys-mapping.json":
                .answer(200, #"{"domorder":[{"domcno":["com","net"]},{"dotfoo":["foo"]}]}"#)
            case "/api/products/reseller-cost-price.json":
                .answer(
                    200,
                    """
                    {"domcno":{"addnewdomain":{"1":"10.590","2":9.5},"addtransferdomain":{"1":7}},
                     "dotfoo":{"addnewdomain":{"1":"1.005"}},"privacy_protection":"1.65"}
                    """
                )
            default:
                .answer(
                    200,
                    #"{"sellingcurrencysymbol":"EUR","parentsellingcurrencysymbol":"USD"}"#
                )
            }
        } _: { registrar, _ in
            let wishes: [(String, DomainAction, Int)] = [
                ("a.com", .register, 1), ("a.net", .register, 2), ("a.com", .transfer, 1),
                // No such term, no such ending, and parts of a cent.
                ("a.com", .register, 3), ("a.bar", .register, 1), ("a.foo", .register, 1),
            ]
            var costs: [Int64?] = []
            for (text, action, years) in wishes {
                let cost = try await registrar.cost(of: try name(text), action, years: years)
                costs.append(cost?.minorUnits)
            }
            #expect(costs == [1_059, 1_900, 700, nil, nil, nil])
        }
    }
}
