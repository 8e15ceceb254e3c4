import Core
import Testing

@Suite struct CivilDateTests {
    @Test(
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (59, "1970-03-01"), (11_016, "2000-02-29"),
            (20_880, "2027-03-03"), (47_541, "2100-03-01"), (-719_468, "0000-03-01"),
        ] as [(Int64, String)]
    )
    func `a day is named by its distance from the first of 1970`(days: Int64, text: String) {
        let date = CivilDate(daysSince1970: days)
        #expect(date.description == text)
        #expect(date.daysSince1970 == days)
    }

    @Test func `every day of four hundred years is one after the day before`() {
        var day = CivilDate(year: 1900, month: 1, day: 1)
        for number in day.daysSince1970 + 1...day.daysSince1970 + 146_097 {
            let next = CivilDate(daysSince1970: number)
            let isNext =
                next.day == day.day + 1 && next.month == day.month && next.year == day.year
            let isFirst =
                next.day == 1 && day.day == CivilDate.days(ofMonth: day.month, day.year)
                && day.months(to: next) == 1
            guard isNext || isFirst, next.daysSince1970 == number else {
                Issue.record("\(next) does not follow \(day)")
                return
            }
            day = next
        }
        #expect(day == CivilDate(year: 2300, month: 1, day: 1))
    }

    @Test(
        arguments: [
            ((2027, 1, 31), 1, "2027-02-28"), ((2028, 1, 31), 1, "2028-02-29"),
            ((2027, 1, 31), 2, "2027-03-31"), ((2027, 1, 31), 3, "2027-04-30"),
            ((2028, 2, 29), 12, "2029-02-28"), ((2028, 2, 29), 48, "2032-02-29"),
            ((2027, 12, 15), 1, "2028-01-15"), ((2027, 1, 15), -1, "2026-12-15"),
            ((2096, 2, 29), 48, "2100-02-28"), ((2027, 3, 31), -13, "2026-02-28"),
        ] as [((Int, Int, Int), Int, String)]
    )
    func `months are added as far as a month is long`(
        day: (Int, Int, Int),
        months: Int,
        text: String
    ) {
        let date = CivilDate(year: day.0, month: day.1, day: day.2)
        #expect(date.adding(months: months).description == text)
    }

    @Test func `a day that does not exist ends the process`() async {
        await #expect(processExitsWith: .failure) { _ = CivilDate(year: 2027, month: 2, day: 29) }
        await #expect(processExitsWith: .failure) { _ = CivilDate(year: 2027, month: 13, day: 1) }
    }
}
