import { lockNotAvailable } from "../../../toolkit/lockHolders";
import { DatabaseError } from "../../../toolkit/session";
import { codeOf } from "../lentPrivileges";

const deadlock = "40P01";

/** False when another session's transaction was in the way. */
export async function unlessContended(work: Promise<unknown>): Promise<boolean> {
    try {
        await work;
        return true;
    } catch (error) {
        const updated = error instanceof DatabaseError && error.message === "tuple concurrently updated";
        if (updated || codeOf(error) === lockNotAvailable || codeOf(error) === deadlock) {
            return false;
        }
        throw error;
    }
}
