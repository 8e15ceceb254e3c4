import CCurl
import Foundation
import Support
import Synchronization

/// The thread that runs all transfers of a client in one multi handle.
///
/// The multi handle is used by the thread alone, but for `curl_multi_wakeup`, which curl allows
/// from any thread. The thread holds this object, so the handle lives as long as it runs.
@safe final class TransferThread: @unchecked Sendable {
    private struct Inbox {
        var isOpen = true
        var nextID: UInt64 = 0
        var errands: [(id: UInt64, errand: Errand)] = []
        var cancelled: [UInt64] = []
        /// Submitted and not yet forgotten.
        var live: Set<UInt64> = []
        /// Cancelled before they were submitted.
        var early: Set<UInt64> = []
    }

    private let inbox = Mutex(Inbox())
    private let multi: UnsafeMutableRawPointer?
    private let settings: TransferSettings
    private let log: Log
    private var transfers: [UInt64: Transfer] = [:]

    init(settings: TransferSettings, log: Log) {
        self.settings = settings
        self.log = log
        unsafe multi = curl_multi_init()
        unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "http-client"
        thread.start()
    }

    /// A number to cancel an errand by.
    func reserveID() -> UInt64 {
        inbox.withLock { inbox in
            inbox.nextID += 1
            return inbox.nextID
        }
    }

    /// Queues an errand; false when it was cancelled already, or the client closed.
    func submit(_ id: UInt64, _ errand: Errand) -> Bool {
        let accepted = inbox.withLock { inbox in
            guard inbox.isOpen, !inbox.early.contains(id) else { return false }
            inbox.live.insert(id)
            inbox.errands.append((id, errand))
            return true
        }
        unsafe curl_multi_wakeup(multi)
        return accepted
    }

    /// Ends an errand, whether it has begun or is still to be submitted.
    func cancel(_ id: UInt64) {
        inbox.withLock { inbox in
            if inbox.live.contains(id) {
                inbox.cancelled.append(id)
            } else {
                inbox.early.insert(id)
            }
        }
        unsafe curl_multi_wakeup(multi)
    }

    /// Drops what is known of an errand that is over.
    func forget(_ id: UInt64) {
        inbox.withLock { inbox in
            inbox.live.remove(id)
            inbox.early.remove(id)
        }
    }

    func close() {
        inbox.withLock { $0.isOpen = false }
        unsafe curl_multi_wakeup(multi)
    }

    private func run() {
        while takeInbox() {
            var running: Int32 = 0
            unsafe curl_multi_perform(multi, &running)
            conclude()
            unsafe curl_multi_poll(multi, nil, 0, 1_000, nil)
        }
        for transfer in Array(transfers.values) { abandon(transfer) }
    }

    /// Begins what was submitted; false when the client was closed.
    private func takeInbox() -> Bool {
        let (errands, cancelled, isOpen) = inbox.withLock { inbox in
            defer {
                inbox.errands = []
                inbox.cancelled = []
            }
            return (inbox.errands, inbox.cancelled, inbox.isOpen)
        }
        for (id, errand) in errands { begin(id, errand) }
        for id in cancelled {
            if let transfer = transfers[id] { abandon(transfer) }
        }
        return isOpen
    }

    private func begin(_ id: UInt64, _ errand: Errand) {
        guard let transfer = Transfer(id: id, errand: errand) else {
            log.error("curl gave no handle", [:])
            return errand.abandon()
        }
        transfers[id] = transfer
        switch errand {
        case .request(let request, _): settings.prepare(transfer, for: request)
        case .mail(let mail, _): settings.prepare(transfer, for: mail)
        }
        unsafe curl_multi_add_handle(multi, transfer.handle)
    }

    private func conclude() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            let code = unsafe ccurl_message_result(message)
            guard let handle = unsafe message.pointee.easy_handle,
                let context = unsafe ccurl_get_pointer(handle)
            else { continue }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            unsafe curl_multi_remove_handle(multi, handle)
            transfers[transfer.id] = nil
            transfer.conclude(code)
        }
    }

    private func abandon(_ transfer: Transfer) {
        unsafe curl_multi_remove_handle(multi, transfer.handle)
        transfers[transfer.id] = nil
        transfer.abandon()
    }
}
