/// The lines between what was invoiced and what is owed.
enum BillingDifference {
    /// What takes back comes first, then what is owed, each in its order.
    static func lines(
        owed: [BillingLine],
        invoiced: [BillingLine],
        at instant: Instant
    ) -> [BillingLine] {
        var latest: [BillingLineIdentity: BillingLine] = [:]
        for line in invoiced {
            if let known = latest[line.identity], known.revision > line.revision { continue }
            latest[line.identity] = line
        }
        var reversals: [BillingLine] = []
        var additions: [BillingLine] = []
        for line in owed {
            guard let known = latest.removeValue(forKey: line.identity) else {
                additions.append(line)
                continue
            }
            if known.says(theSameAs: line) { continue }
            if known.isReversal {
                additions.append(line.revised(known.revision + 1))
            } else {
                reversals.append(known.reversed(due: instant))
                additions.append(line.revised(known.revision + 2))
            }
        }
        reversals += latest.values.filter { !$0.isReversal }.map { $0.reversed(due: instant) }
        reversals.sort { $0.identity.order < $1.identity.order }
        return reversals + additions
    }
}

extension BillingLineIdentity {
    /// By period, then by cause, then by kind.
    fileprivate var order: (Instant, Int, String) { (periodStart, cause, kind.rawValue) }
}
