import { age } from "../../toolkit/openSessions";
import { inLines, json, separated, type Showable, type Shown, shown } from "../../toolkit/shown";
import { isLeft, secretLine } from "./secrets";
import type { MigrationStatus, PasswordSession } from "./status";

/** A tenant's status in some lines. */
export function renderStatus(status: MigrationStatus, now: number): Shown {
    const { tenant, state, oldLogin, newLogin, open, sessions, lastUse, newSessions, secrets } = status;
    return inLines([
        shown`${tenant}: ${state}`,
        shown`  ${oldLogin}, with a password: ${open ? countOf(sessions.length) : "closed"}`,
        ...sessions.map((one) => shown`    ${sessionLine(one, now)}`),
        ...(lastUse === null || sessions.length > 0
            ? []
            : [shown`    last used ${age(now - Date.parse(lastUse.at))} ago ${fromLine(lastUse)}`]),
        ...(open ? [shown`    ${quietLine(status, now)}`] : []),
        shown`  ${newLogin}, with IAM: ${countOf(newSessions)}`,
        ...secrets.map((one) => shown`  ${secretLine(one)}`),
        ...nextLines(status),
    ]);
}

function countOf(count: number): string {
    return count === 0 ? "no open session" : `${count} open ${count === 1 ? "session" : "sessions"}`;
}

function sessionLine({ pid, since, ...from }: PasswordSession, now: number): Shown {
    const open = since === null ? [] : [`for ${age(now - Date.parse(since))}`];
    return separated([`pid ${pid}`, ...open, fromLine(from)]);
}

function fromLine({ address, pod, application }: Pick<PasswordSession, "address" | "pod" | "application">): Shown {
    const parts: Showable[] = [
        ...(address === null ? [] : [`from ${address}`]),
        ...(pod === null ? [] : [`pod ${pod}`]),
        ...(application === "" ? [] : [shown`application ${json(application)}`]),
    ];
    return separated(parts);
}

/** For how long nobody has used the password, as far as that is known. */
function quietLine({ sessions, lastUse, knownSince, unknown }: MigrationStatus, now: number): string {
    if (sessions.length > 0 || lastUse !== null) {
        return "in use";
    }
    const known =
        knownSince === null
            ? "when it was last used is not known"
            : `not used for ${age(now - Date.parse(knownSince))}, or longer`;
    return unknown === null ? known : `${known}: ${unknown}`;
}

function nextLines({ next, against, open, state, secrets }: MigrationStatus): Shown[] {
    if (next === null) {
        const left = secrets.some(isLeft)
            ? shown`  next: delete the secrets that are left, or write migration.deleteSecrets: true`
            : shown`  nothing is left to do`;
        return open ? refused(shown`  ${state}, but the login is open: run pulumi up`, against) : [left];
    }
    return refused(shown`  next: migration.state: ${next}`, against);
}

function refused(step: Shown, against: readonly string[]): Shown[] {
    return against.length === 0 ? [step] : [shown`${step}, refused now:`, ...against.map((why) => shown`    ${why}`)];
}
