import type { Pace } from "../../sandbox/identity/clock";
import { UserError } from "../../toolkit/userError";

/** The value of `--speed`: seconds of the sandbox's clock per real second. @throws UserError */
export function readSpeed(text: string): number {
    const speed = Number(text);
    if (!(speed >= 1 && speed <= 1000)) {
        throw new UserError(`--speed is ${JSON.stringify(text)}; allowed is a number from 1 to 1000`);
    }
    return speed;
}

/** A clock of that speed from now on; real time for 1. */
export function paceOf(speed: number): { readonly pace?: Pace } {
    return speed === 1 ? {} : { pace: { since: Date.now(), speed } };
}
