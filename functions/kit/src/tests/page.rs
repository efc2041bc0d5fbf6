//! A PDF as another program reads it, and pictures.

use std::collections::BTreeMap;

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::Object;
use hayro::hayro_syntax::object::{Dict, Name, Rect, Stream, String as PdfString};
use hayro::kurbo;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use tiny_skia::{ColorU8, Pixmap};

/// What there is to know of a PDF of one page.
pub(crate) struct Read {
    pdf: Pdf,
    pub(crate) pages: usize,
    /// Width and height of each box, in millimetres.
    pub(crate) boxes: BTreeMap<&'static str, [f64; 2]>,
    pub(crate) language: String,
    pub(crate) title: String,
    pub(crate) is_tagged: bool,
    pub(crate) size: usize,
    pub(crate) fonts_embedded: usize,
    pub(crate) pictures: usize,
}

/// Pixels, and what a reader of QR codes makes of them.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pixels: Vec<[u8; 3]>,
}

pub(crate) fn read(bytes: Vec<u8>) -> Read {
    let size = bytes.len();
    let pdf = Pdf::new(bytes).unwrap();
    let pages = pdf.pages().len();
    let page = pdf.pages().iter().next().unwrap();
    let millimetres = |name: &'static str| {
        let rect: Rect = page.raw().get(name).unwrap_or_else(|| panic!("the page has no {name}"));
        (name, [rect.x1 - rect.x0, rect.y1 - rect.y0].map(|points| points / 72.0 * 25.4))
    };
    let boxes = BTreeMap::from(["MediaBox", "CropBox", "TrimBox", "BleedBox"].map(millimetres));
    let catalog: Dict = pdf.xref().get(pdf.xref().root_id()).unwrap();
    let language: PdfString = catalog.get("Lang").unwrap();
    let language = String::from_utf8_lossy(language.as_bytes()).into_owned();
    let is_tagged = catalog.get::<Dict>("MarkInfo").is_some_and(|info| info.get::<bool>("Marked") == Some(true))
        && catalog.get::<Dict>("StructTreeRoot").is_some();
    let title = decoded_text(pdf.metadata().title.as_deref().unwrap_or_default());
    let named = |key: &str, subtype: &[u8]| {
        let is = |object: &Object| match object {
            Object::Dict(dict) => dict.get::<Name>(key).is_some_and(|name| &*name == subtype),
            Object::Stream(stream) => stream.dict().get::<Name>(key).is_some_and(|name| &*name == subtype),
            _ => false,
        };
        pdf.objects().into_iter().filter(is).count()
    };
    let pictures = named("Subtype", b"Image");
    let embedded = |object: &Object| matches!(object, Object::Dict(dict) if ["FontFile2", "FontFile3"].iter().any(|f| dict.get::<Stream>(*f).is_some()));
    let fonts_embedded = pdf.objects().into_iter().filter(embedded).count();
    Read { pages, boxes, language, title, is_tagged, size, fonts_embedded, pictures, pdf }
}

/// PDF text: UTF-16 behind its mark, else Latin.
fn decoded_text(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => {
            let units: Vec<u16> = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        None => bytes.iter().copied().map(char::from).collect(),
    }
}

impl Read {
    /// The text of the glyphs in the order in which they are painted.
    pub(crate) fn text(&self) -> String {
        let page = self.pdf.pages().iter().next().unwrap();
        let (cache, mut words) = (InterpreterCache::new(), Words(String::new()));
        let (width, height) = page.render_dimensions();
        let all = kurbo::Rect::new(0.0, 0.0, width.into(), height.into());
        let transform = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(transform, all, &cache, page.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, &mut words);
        words.0
    }

    /// The page as it is shown, so many pixels to a point.
    pub(crate) fn picture(&self, scale: f32) -> Picture {
        let page = self.pdf.pages().iter().next().unwrap();
        let shown = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let (interpreter, settings) = (InterpreterSettings::default(), RenderSettings::default());
        let map = render(page, &RenderCache::new(), &interpreter, &settings, &shown);
        let pixels = map.data().iter().map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        Picture { width: map.width().into(), height: map.height().into(), pixels }
    }
}

/// The page with what lies beyond the cut.
pub(crate) fn uncropped(mut bytes: Vec<u8>, scale: f32) -> Picture {
    let at = bytes.windows(8).position(|part| part == b"/CropBox").expect("the page has a crop box");
    bytes[at + 1] = b'X';
    let pdf = Pdf::new(bytes).unwrap();
    let nothing = (String::new(), String::new());
    let read = Read {
        pages: 1,
        boxes: BTreeMap::new(),
        language: nothing.0,
        title: nothing.1,
        is_tagged: false,
        size: 0,
        fonts_embedded: 0,
        pictures: 0,
        pdf,
    };
    read.picture(scale)
}

/// A PNG's pixels.
pub(crate) fn decoded(png: &[u8]) -> Picture {
    let map = Pixmap::decode_png(png).unwrap();
    let pixels = map.pixels().iter().map(|pixel| pixel.demultiply());
    let pixels = pixels.map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    Picture { width: map.width() as usize, height: map.height() as usize, pixels }
}

impl Picture {
    /// The pixel at these parts of width and height.
    pub(crate) fn pixel(&self, x: f64, y: f64) -> [u8; 3] {
        let at = |part: f64, of: usize| ((part * of as f64) as usize).min(of - 1);
        self.pixels[at(y, self.height) * self.width + at(x, self.width)]
    }

    /// What its one QR code says.
    pub(crate) fn code(&self) -> Option<String> {
        let grey = |x: usize, y: usize| {
            let [red, green, blue] = self.pixels[y * self.width + x].map(u32::from);
            u8::try_from((red * 3 + green * 6 + blue) / 10).unwrap()
        };
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, grey);
        let grids = prepared.detect_grids();
        assert!(grids.len() <= 1, "{} codes", grids.len());
        grids.first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
    }

    /// Writes it as PNG.
    pub(crate) fn save(&self, path: &str) {
        let mut map = Pixmap::new(self.width as u32, self.height as u32).unwrap();
        for (to, [red, green, blue]) in map.pixels_mut().iter_mut().zip(&self.pixels) {
            *to = ColorU8::from_rgba(*red, *green, *blue, 255).premultiply();
        }
        map.save_png(path).unwrap();
    }
}

/// Collects text and draws nothing.
struct Words(String);

impl Device<'_> for Words {
    fn draw_path(&mut self, _: &kurbo::BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, _: DrawProps<'_>, _: &DrawMode) {
        for glyph in run.glyphs() {
            match glyph.as_unicode() {
                Some(BfString::Char(letter)) => self.0.push(letter),
                Some(BfString::String(letters)) => self.0.push_str(&letters),
                None => self.0.push('\u{fffd}'),
            }
        }
    }
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
