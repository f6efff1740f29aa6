import { launchChromium } from '../../scripts/chromium.ts';
import type { PrintedPage } from './page.ts';
import { seal } from './seal.ts';

/** @throws Error where there is no Chromium */
export async function print({ title, html }: PrintedPage): Promise<Buffer> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setContent(html);
    const pdf = await page.pdf({
      format: 'A4',
      margin: { top: '18mm', bottom: '20mm', left: '19mm', right: '19mm' },
      printBackground: true,
      tagged: true,
      outline: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: footerOf(title),
    });
    return seal(pdf, html);
  } finally {
    await browser.close();
  }
}

/** Chromium gives the footer none of the page's styles. */
function footerOf(title: string): string {
  const style =
    'display: flex; justify-content: space-between; width: 100%; margin: 0 19mm; color: #57606a; font: 8pt "Liberation Sans", Arial, sans-serif';
  const number = '<span class="pageNumber"></span> / <span class="totalPages"></span>';
  return `<div style='${style}'><span>${title}</span><span>${number}</span></div>`;
}
