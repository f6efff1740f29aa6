import { expect } from 'chai';
import { daysBetween, daysDescending, monthText, parseDay } from '../../../data/rates/calendar.ts';

describe('the calendar of the rates', () => {
  const days: readonly [string, boolean][] = [
    ['2021-01-01', true],
    ['2020-02-29', true],
    ['2000-02-29', true],
    ['1900-02-29', false],
    ['2021-02-29', false],
    ['2021-04-31', false],
    ['2021-12-31', true],
    ['2021-00-10', false],
    ['2021-13-10', false],
    ['2021-01-00', false],
    ['2021-01-32', false],
    ['2021-1-01', false],
    ['2021-01-01 ', false],
    ['', false],
  ];

  for (const [text, isDay] of days) {
    it(`${JSON.stringify(text)} is ${isDay ? 'a' : 'no'} day`, () => {
      expect(parseDay(text) !== undefined).to.equal(isDay);
    });
  }

  it('days count through leap years and months', () => {
    expect(daysBetween('2020-02-28', '2020-03-01')).to.equal(3);
    expect([...daysDescending('2020-02-28', '2020-03-01')]).to.deep.equal([
      '2020-03-01',
      '2020-02-29',
      '2020-02-28',
    ]);
    expect(monthText(parseDay('2021-12-05')?.month as number)).to.equal('2021-12');
  });
});
