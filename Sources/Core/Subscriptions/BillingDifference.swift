/// The lines between what was invoiced and what is owed.
enum BillingDifference {
    /// What takes back comes first, then what is owed, each in its order.
    static func lines(
        owed: [BillingLine],
        invoiced: [BillingLine],
        at instant: Instant
    ) -> [BillingLine] {
        var latest = latest(of: invoiced)
        var reversals: [BillingLine] = []
        var additions: [BillingLine] = []
        for line in owed {
            guard let known = latest.removeValue(forKey: line.identity) else {
                additions.append(line)
                continue
            }
            // What was waived is neither asked for again nor given back, whatever becomes of it.
            if known.isWaived || known.says(theSameAs: line) { continue }
            if known.isReversal {
                additions.append(line.revised(known.revision + 1))
            } else {
                reversals.append(known.reversed(due: instant))
                additions.append(line.revised(known.revision + 2))
            }
        }
        reversals += latest.values.filter { !$0.isReversal && !$0.isWaived }
            .map { $0.reversed(due: instant) }
        reversals.sort { $0.identity.order < $1.identity.order }
        return reversals + additions
    }

    /// What was invoiced and not taken back.
    static func standing(_ invoiced: [BillingLine]) -> Set<BillingLineIdentity> {
        Set(latest(of: invoiced).filter { !$0.value.isReversal }.keys)
    }

    private static func latest(
        of invoiced: [BillingLine]
    ) -> [BillingLineIdentity: BillingLine] {
        Dictionary(invoiced.map { ($0.identity, $0) }) { $0.revision > $1.revision ? $0 : $1 }
    }
}

extension BillingLineIdentity {
    /// By period, then by cause, then by kind.
    fileprivate var order: (Instant, Int, String) { (periodStart, cause, kind.rawValue) }
}
