import { expect } from 'chai';
import { newVideoId } from '../../../app/players/video.ts';

describe('ids of videos', () => {
  it('sort by time and differ within a millisecond', () => {
    const times = [0, 1, 35, 36, Date.now(), Date.now() + 1, 36 ** 9 - 1];
    const ids = times.map(newVideoId);
    expect([...ids].sort()).to.deep.equal(ids);
    for (const id of ids) expect(id).to.match(/^[a-z0-9]{9}-[a-z0-9]{12}$/);
    expect(newVideoId(5)).not.to.equal(newVideoId(5));
  });
});
