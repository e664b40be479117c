import { age } from "../../../toolkit/openSessions";
import { visible } from "../../../toolkit/visible";
import type { Usage } from "./usage";

/** Any more are only counted. */
const MOST = 5;

/** Why nobody may take the password of a login yet. What is not known never counts as quiet. */
export function usedBy(usage: Usage, days: number, now: number): string[] {
    const { sessions, last, unknown } = usage;
    const login = visible(usage.login);
    return [
        ...(sessions.length === 0 ? [] : [`${login} has ${sessionsOf(usage, now)}`]),
        ...(last === undefined || sessions.length > 0
            ? []
            : [`${login} was last used ${age(now - last.at)} ago${fromOf(last.address, last.application)}`]),
        ...(unknown === undefined
            ? []
            : [`whether ${login} was used within ${days} ${days === 1 ? "day" : "days"} is not known: ${unknown}`]),
    ];
}

/** `2 open sessions: 10.0.1.7 "billing" for 3 h, …`. */
export function sessionsOf({ sessions }: Usage, now: number): string {
    const each = sessions.slice(0, MOST).map(({ address, application, since }) => {
        const open = since === null ? "" : `, open for ${age(now - since.getTime())}`;
        return `${fromOf(address ?? undefined, application).trim() || "from an unknown address"}${open}`;
    });
    const more = sessions.length > MOST ? [`and ${sessions.length - MOST} more`] : [];
    return `${sessions.length} open ${sessions.length === 1 ? "session" : "sessions"}: ${[...each, ...more].join("; ")}`;
}

export function fromOf(address: string | undefined, application: string | undefined): string {
    const from = address === undefined ? "" : ` from ${visible(address)}`;
    return application === undefined || application === "" ? from : `${from} by "${visible(application)}"`;
}
