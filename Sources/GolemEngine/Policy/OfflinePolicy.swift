// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What commands do to the policy of a workspace in which no engine runs.
package enum OfflinePolicy {
    /// Notes something in the audit log; the reason when that cannot be done.
    ///
    /// Takes the workspace's lock meanwhile: the log has one writer. A workspace that does not exist has no log.
    package static func note(_ entry: AuditEntry, workspace: String) -> String? {
        do {
            let lock = try FileLock(path: workspace + "/state/golem.lock")
            defer { lock.release() }
            try AuditLog.append(entry, workspace: workspace)
            return nil
        } catch let error as FileLockError {
            return error.errno == 2 ? nil : error.description
        } catch {
            return "\(error)"
        }
    }

    /// Pulls or releases the emergency stop for the next start; blocks on the disk.
    ///
    /// Throws a sentence when the workspace is in use or cannot be written.
    package static func setEmergencyStop(
        _ isOn: Bool, by: String, reason: String, workspace: String, at time: Timestamp
    ) throws(AuditError) {
        let lock: FileLock
        do throws(FileLockError) { lock = try FileLock(path: workspace + "/state/golem.lock") } catch {
            throw AuditError(error.description)
        }
        defer { lock.release() }
        let path = workspace + "/state/policy.json"
        // What cannot be understood is replaced: whoever pulls or releases the stop has looked.
        var state =
            (try? PolicyStateFile.read(path))
            ?? PolicyStateFile(configured: "", mode: "strict", by: by, via: "cli", at: time)
        state.emergencyStop = isOn ? PolicyStateFile.Stop(by: by, reason: reason, at: time) : nil
        do throws(SystemError) { try state.write(path) } catch { throw AuditError(error.description) }
        var entry = AuditEntry(isOn ? "estop_on" : "estop_off", at: time, result: "no engine runs", actor: by)
        entry.outcome = reason.isEmpty ? nil : reason
        do { try AuditLog.append(entry, workspace: workspace) } catch {
            throw AuditError("it holds, and it is not in the audit log: \(error.description)")
        }
    }
}
