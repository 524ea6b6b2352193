/** Which of the person's case files a document may belong in (the same as server/domain/case_file.py). Pure. */
import { plain } from './plain.js';

const SHORTEST_WORD = 2;
const FEWEST_WORDS = 2;
const COMMON = new Set('ho so cong van viec bao cao ve cua va cac nam thang ngay tinh ubnd'.split(' '));

/** @param {string} text */
const wordsOf = (text) =>
  new Set(
    (plain(text).match(/[a-z0-9]+/g) ?? []).filter(
      (word) => word.length >= SHORTEST_WORD && !COMMON.has(word),
    ),
  );

/**
 * The open case files, those first that seem to be about the document; `is_in`: the document is in it already.
 * @param {any[]} files  cards of case files @param {{_id: string, title: string}} card
 * @returns {{_id: string, title: string, is_suggested: boolean, is_in: boolean}[]}
 */
export function caseFilesFor(files, card) {
  const wanted = wordsOf(card.title ?? '');
  const scored = files
    .filter((file) => file.state !== 'closed')
    .map((file) => ({ file, score: [...wordsOf(file.title)].filter((word) => wanted.has(word)).length }));
  const rank = (/** @type {number} */ score) => (score >= FEWEST_WORDS ? score : 0);
  return scored
    .sort((a, b) => rank(b.score) - rank(a.score))
    .map(({ file: { _id, title, documents = [], pending = false }, score }) => ({
      _id,
      title,
      is_suggested: score >= FEWEST_WORDS,
      is_in: documents.some((/** @type {any} */ one) => one._id === card._id),
      ...(pending && { pending }),
    }));
}
