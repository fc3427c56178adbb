import { allLinesFailed } from "./allLinesFailed.ts";
import { badLines } from "./badLines.ts";
import { cancelRefused } from "./cancelRefused.ts";
import { connectionReset } from "./connectionReset.ts";
import { contentElsewhere } from "./contentElsewhere.ts";
import { contentPacked } from "./contentPacked.ts";
import { countsLie } from "./countsLie.ts";
import { downloadCut } from "./downloadCut.ts";
import { emptyErrorLines } from "./emptyErrorLines.ts";
import { emptyFileIds } from "./emptyFileIds.ts";
import { errorFileUnwritten } from "./errorFileUnwritten.ts";
import { expired } from "./expired.ts";
import { failedValidation } from "./failedValidation.ts";
import { failsMidway } from "./failsMidway.ts";
import type { Fault } from "./fault.ts";
import { fileNotSeen } from "./fileNotSeen.ts";
import { fileSize } from "./fileSize.ts";
import { filesNamedLate } from "./filesNamedLate.ts";
import { html200 } from "./html200.ts";
import { httpError } from "./httpError.ts";
import { insufficientQuota } from "./insufficientQuota.ts";
import { lateCreate } from "./lateCreate.ts";
import { lateListing } from "./lateListing.ts";
import { lineByteOrderMark } from "./lineByteOrderMark.ts";
import { lineCutOff } from "./lineCutOff.ts";
import { lineDoubled } from "./lineDoubled.ts";
import { lineError } from "./lineError.ts";
import { lineFiltered } from "./lineFiltered.ts";
import { lineHuge } from "./lineHuge.ts";
import { lineInvalidJson } from "./lineInvalidJson.ts";
import { lineMalformed } from "./lineMalformed.ts";
import { lineMissing } from "./lineMissing.ts";
import { lineNearlyRight } from "./lineNearlyRight.ts";
import { lineOdd } from "./lineOdd.ts";
import { lineOddError } from "./lineOddError.ts";
import { lineReasons } from "./lineReasons.ts";
import { lineRefusal } from "./lineRefusal.ts";
import { lineUnknown } from "./lineUnknown.ts";
import { lineUsage } from "./lineUsage.ts";
import { lostReplyCreate } from "./lostReplyCreate.ts";
import { oddBatches } from "./oddBatches.ts";
import { oddList } from "./oddList.ts";
import { retrieveFails } from "./retrieveFails.ts";
import { slowBatch } from "./slowBatch.ts";
import { slowReply } from "./slowReply.ts";
import { staleListing } from "./staleListing.ts";
import { stuckIn } from "./stuckIn.ts";
import { stuckInProgress } from "./stuckInProgress.ts";
import { truncatedJson } from "./truncatedJson.ts";
import { unknownStatus } from "./unknownStatus.ts";
import { unrunLinesMissing } from "./unrunLinesMissing.ts";
import { uploadTooLarge } from "./uploadTooLarge.ts";

/** Every fault there is. A new one is a file beside this one and a line here. */
export const faults: readonly Fault[] = [
  allLinesFailed,
  badLines,
  cancelRefused,
  connectionReset,
  contentElsewhere,
  contentPacked,
  countsLie,
  downloadCut,
  emptyErrorLines,
  emptyFileIds,
  errorFileUnwritten,
  expired,
  failedValidation,
  failsMidway,
  fileNotSeen,
  filesNamedLate,
  fileSize,
  html200,
  httpError,
  insufficientQuota,
  lateCreate,
  lateListing,
  lineByteOrderMark,
  lineCutOff,
  lineDoubled,
  lineError,
  lineFiltered,
  lineHuge,
  lineInvalidJson,
  lineMalformed,
  lineMissing,
  lineNearlyRight,
  lineOdd,
  lineOddError,
  lineReasons,
  lineRefusal,
  lineUnknown,
  lineUsage,
  lostReplyCreate,
  oddBatches,
  oddList,
  retrieveFails,
  slowBatch,
  slowReply,
  staleListing,
  stuckIn,
  stuckInProgress,
  truncatedJson,
  unknownStatus,
  unrunLinesMissing,
  uploadTooLarge,
];

const byKind = new Map(faults.map((fault) => [fault.kind, fault]));

export function findFault(kind: string): Fault | undefined {
  return byKind.get(kind);
}
