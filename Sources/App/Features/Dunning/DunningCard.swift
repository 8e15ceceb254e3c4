import Core
import Markup

/// What happened to an unpaid invoice and what comes next, if nothing is paid.
struct DunningCard: View {
    let timeline: DunningTimeline

    var body: HTML {
        Card("Not paid yet", isFlush: true) {
            DataTable("What happened and what comes next", ["What", "When"], past + future)
        }
    }

    private var past: [DataTable.Row] {
        timeline.past.map { entry in
            DataTable.Row {
                words(of: entry)
                Moment(entry.at.date)
            }
        }
    }

    private var future: [DataTable.Row] {
        timeline.future.map { step in
            DataTable.Row {
                span(.classes("soft")) { step.action.announcement }
                Moment(day: step.at.date)
            }
        }
    }

    private func words(of entry: DunningTimeline.Entry) -> String {
        switch entry {
        case .attempted(let attempt):
            switch attempt.outcome {
            case .succeeded: "The card was charged"
            case .unknown: "The card is being charged"
            case .declined: "The card was declined"
            }
        case .restarted: "A payment was taken back: counted anew"
        case .done(let done):
            done.action.words.prefix(1).uppercased() + done.action.words.dropFirst()
        }
    }
}
